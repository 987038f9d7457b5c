import { usageError } from "../core/errors.ts";
import { DEFAULT_REDIS_PORT, parseRedisUrl, type RedisAddress } from "./redis-address.ts";

type Env = Readonly<Record<string, string | undefined>>;

/** Which of how many processes this one is, as its launcher says. */
export interface RankEnvironment {
  rank: number;
  ranks: number;
  /** Among the ranks of one machine; 0 where the launcher does not tell. */
  localRank: number;
  /** How many there are on this machine; null where the launcher does not tell. */
  localRanks: number | null;
  /** Where the ranks meet; null for one process. */
  redis: RedisAddress | null;
}

interface Launcher {
  rank: string;
  /** null: it sets none, and WORLD_SIZE has to say it. */
  ranks: string | null;
  localRank: string | null;
  localRanks: string | null;
}

/**
 * In this order: torchrun and whoever names things as it does, srun, Open MPI, MPICH and Intel MPI, Kubernetes Indexed Jobs.
 * Of Slurm the step's size counts: a batch script itself has SLURM_PROCID and SLURM_NTASKS too, and is one process.
 */
const LAUNCHERS: readonly Launcher[] = [
  { rank: "RANK", ranks: null, localRank: "LOCAL_RANK", localRanks: null },
  { rank: "SLURM_PROCID", ranks: "SLURM_STEP_NUM_TASKS", localRank: "SLURM_LOCALID", localRanks: null },
  {
    rank: "OMPI_COMM_WORLD_RANK",
    ranks: "OMPI_COMM_WORLD_SIZE",
    localRank: "OMPI_COMM_WORLD_LOCAL_RANK",
    localRanks: "OMPI_COMM_WORLD_LOCAL_SIZE",
  },
  { rank: "PMI_RANK", ranks: "PMI_SIZE", localRank: "MPI_LOCALRANKID", localRanks: "MPI_LOCALNRANKS" },
  { rank: "JOB_COMPLETION_INDEX", ranks: null, localRank: null, localRanks: null },
];

/**
 * Reads the launcher's variables; RANK, WORLD_SIZE and LOCAL_RANK win over those of one launcher.
 * @param redisUrl wins over MASTER_ADDR and MASTER_PORT
 * @throws ToolError USAGE where they contradict one another or lack something
 */
export function rankEnvironment(env: Env, redisUrl?: string): RankEnvironment {
  const launcher = LAUNCHERS.find(({ rank }) => env[rank] !== undefined);
  const ranksName = env.WORLD_SIZE !== undefined ? "WORLD_SIZE" : (launcher?.ranks ?? "WORLD_SIZE");
  const ranks = wholeNumber(env, ranksName, 1);
  if (launcher === undefined) {
    if (ranks === null || ranks === 1) return single();
    throw usageError(
      `${ranksName} is ${ranks}, and nothing says which of them this process is`,
      "Set RANK, or start it with torchrun, srun, mpirun or as a Kubernetes Indexed Job.",
    );
  }
  const rank = wholeNumber(env, launcher.rank, 0)!;
  if (ranks === null) {
    if (launcher.ranks !== null) return single();
    throw usageError(
      `${launcher.rank} is ${rank}, and WORLD_SIZE is not set`,
      "Set it to the number of processes that measure together; 1 for each on its own.",
    );
  }
  if (ranks === 1) return single();
  if (rank >= ranks) {
    throw usageError(`${launcher.rank} is ${rank}, and with ${ranksName} ${ranks} the last is ${ranks - 1}`);
  }
  const localRank = launcher.localRank === null ? null : wholeNumber(env, launcher.localRank, 0);
  const localRanks = launcher.localRanks === null ? null : wholeNumber(env, launcher.localRanks, 1);
  return {
    rank,
    ranks,
    localRank: wholeNumber(env, "LOCAL_RANK", 0) ?? localRank ?? 0,
    localRanks: wholeNumber(env, "LOCAL_WORLD_SIZE", 1) ?? localRanks ?? tasksHere(env),
    redis: meeting(env, redisUrl),
  };
}

function single(): RankEnvironment {
  return { rank: 0, ranks: 1, localRank: 0, localRanks: 1, redis: null };
}

/** Of a Slurm step: `2(x3),1` is two tasks on each of three nodes and one on a fourth. @returns null where it does not tell */
function tasksHere(env: Env): number | null {
  const counts: number[] = [];
  for (const part of env.SLURM_STEP_TASKS_PER_NODE?.split(",") ?? []) {
    const [, tasks, nodes = "1"] = /^(\d{1,6})(?:\(x(\d{1,6})\))?$/.exec(part) ?? [];
    if (tasks === undefined) return null;
    for (let node = 0; node < Number(nodes); node++) counts.push(Number(tasks));
  }
  return counts[Number(env.SLURM_NODEID ?? 0)] ?? null;
}

function meeting(env: Env, redisUrl: string | undefined): RedisAddress {
  const backend = env.DIST_BACKEND ?? "redis";
  if (backend !== "redis") {
    throw usageError(
      `DIST_BACKEND is ${backend}, and ranks meet through Redis only`,
      "Set DIST_BACKEND=redis, and MASTER_ADDR and MASTER_PORT to those of a Redis server.",
    );
  }
  if (redisUrl !== undefined) return parseRedisUrl(redisUrl);
  const host = env.MASTER_ADDR;
  if (host === undefined || host === "") {
    throw usageError(
      "MASTER_ADDR is not set: the ranks have nowhere to meet",
      "Set MASTER_ADDR and MASTER_PORT to those of a Redis server that all ranks reach, or INFERBENCH_REDIS_URL.",
    );
  }
  const port = wholeNumber(env, "MASTER_PORT", 1) ?? DEFAULT_REDIS_PORT;
  if (port > 65_535) throw usageError(`MASTER_PORT is ${port}, which is no port`);
  return { host, port, tls: false, database: 0, login: null };
}

function wholeNumber(env: Env, name: string, least: number): number | null {
  const text = env[name];
  if (text === undefined) return null;
  const number = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
  if (number >= least) return number;
  throw usageError(`${name} is "${text}", not a whole number of at least ${least}`);
}
