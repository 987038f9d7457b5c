import { describe, expect, test } from "bun:test";
import { rankEnvironment } from "./environment.ts";

const at = { MASTER_ADDR: "10.0.0.1", MASTER_PORT: "6400" };
const redis = { host: "10.0.0.1", port: 6400, tls: false, database: 0, login: null };

test("one process unless a launcher says otherwise", () => {
  const single = { rank: 0, ranks: 1, localRank: 0, localRanks: 1, redis: null };
  expect(rankEnvironment({})).toEqual(single);
  expect(rankEnvironment({ RANK: "0", WORLD_SIZE: "1" })).toEqual(single);
  expect(rankEnvironment({ JOB_COMPLETION_INDEX: "3", WORLD_SIZE: "1" })).toEqual(single);
  // A batch script that is not started by srun.
  expect(rankEnvironment({ SLURM_PROCID: "0", SLURM_NTASKS: "8" })).toEqual(single);
});

test.each<[string, Record<string, string>]>([
  ["torchrun", { RANK: "5", WORLD_SIZE: "8", LOCAL_RANK: "1", LOCAL_WORLD_SIZE: "2" }],
  [
    "srun",
    {
      SLURM_PROCID: "5",
      SLURM_STEP_NUM_TASKS: "8",
      SLURM_LOCALID: "1",
      SLURM_NODEID: "2",
      SLURM_STEP_TASKS_PER_NODE: "3,2(x2),1",
    },
  ],
  [
    "Open MPI's mpirun",
    {
      OMPI_COMM_WORLD_RANK: "5",
      OMPI_COMM_WORLD_SIZE: "8",
      OMPI_COMM_WORLD_LOCAL_RANK: "1",
      OMPI_COMM_WORLD_LOCAL_SIZE: "2",
    },
  ],
  ["MPICH's mpirun", { PMI_RANK: "5", PMI_SIZE: "8", MPI_LOCALRANKID: "1", MPI_LOCALNRANKS: "2" }],
  [
    "a Kubernetes Indexed Job",
    { JOB_COMPLETION_INDEX: "5", WORLD_SIZE: "8", LOCAL_RANK: "1", LOCAL_WORLD_SIZE: "2" },
  ],
])("%s", (_, env) => {
  expect(rankEnvironment({ ...env, ...at })).toEqual({
    rank: 5,
    ranks: 8,
    localRank: 1,
    localRanks: 2,
    redis,
  });
});

test("general names win over a launcher's, and Redis's port is its own", () => {
  const env = {
    RANK: "1",
    WORLD_SIZE: "2",
    SLURM_PROCID: "7",
    SLURM_STEP_NUM_TASKS: "9",
    MASTER_ADDR: "h",
  };
  expect(rankEnvironment(env)).toEqual({
    rank: 1,
    ranks: 2,
    localRank: 0,
    localRanks: null,
    redis: { ...redis, host: "h", port: 6379 },
  });
});

test("a URL for Redis wins over the launcher's address, and one process meets no one", () => {
  const env = { RANK: "1", WORLD_SIZE: "2", ...at };
  const url = "rediss://me:secret@r:1/2";
  const login = { user: "me", password: "secret" };
  expect(rankEnvironment(env, url).redis).toEqual({ host: "r", port: 1, tls: true, database: 2, login });
  expect(rankEnvironment({ RANK: "1", WORLD_SIZE: "2" }, url).redis!.host).toBe("r");
  expect(rankEnvironment({}, url).redis).toBeNull();
});

describe("refused", () => {
  const two = { RANK: "0", WORLD_SIZE: "2" };
  test.each<[Record<string, string>, RegExp]>([
    [{ WORLD_SIZE: "4" }, /WORLD_SIZE is 4, and nothing says which/],
    [{ JOB_COMPLETION_INDEX: "3" }, /JOB_COMPLETION_INDEX is 3, and WORLD_SIZE is not set/],
    [{ RANK: "2", WORLD_SIZE: "2" }, /the last is 1/],
    [{ RANK: "-1", WORLD_SIZE: "2" }, /RANK is "-1"/],
    [{ RANK: "0", WORLD_SIZE: "0" }, /WORLD_SIZE is "0"/],
    [two, /MASTER_ADDR is not set/],
    [{ ...two, ...at, MASTER_PORT: "70000" }, /MASTER_PORT is 70000/],
    [{ ...two, ...at, DIST_BACKEND: "nccl" }, /DIST_BACKEND is nccl/],
  ])("%j", (env, message) => {
    expect(() => rankEnvironment(env)).toThrow(message);
  });
});
