import type { Dataset } from "../../benchmarks/storage/dataset/dataset.ts";
import { totalBytes } from "../../benchmarks/storage/dataset/dataset.ts";
import type { PipelinePlan } from "../../benchmarks/storage/pipeline/run.ts";
import type { StorageSettings } from "../../benchmarks/storage/plan.ts";
import { mergeRanks } from "../../benchmarks/storage/ranks/merge.ts";
import { decodePart, encodePart, partOf, type RankPart } from "../../benchmarks/storage/ranks/part.ts";
import type { SessionResult } from "../../benchmarks/storage/session.ts";
import { messageOf, ToolError, usageError } from "../../core/errors.ts";
import { version } from "../../core/version.ts";
import type { RankEnvironment } from "../../ranks/environment.ts";
import type { RankGroup } from "../../ranks/group.ts";
import { joinRanks } from "../../ranks/join.ts";
import { rankNames } from "../../ranks/liveness.ts";
import { readHost } from "../../results/environment/host.ts";
import { openRunDirectory, type RunDirectory } from "../../results/run-directory.ts";
import { withSpinner } from "../ui/spinner.ts";
import type { StorageResolved, StorageValues } from "./config.ts";
import { type DataSource, dataSourceOf, type ProvideDeps, type Provided, provide } from "./data.ts";

/** @throws ToolError USAGE for what several ranks, or one process alone, cannot do */
export function checkRankFlags(
  { runName, findAccelerators, redisUrl }: StorageValues,
  ranks: number,
  sources?: StorageResolved["sources"],
): void {
  if (ranks === 1) {
    // A variable is the job's, whatever its number of ranks.
    if (redisUrl === undefined || sources?.get("redisUrl") === "env") return;
    throw usageError(
      "--redis-url is where several ranks meet, and this is one process",
      "Set RANK and WORLD_SIZE, or start it with torchrun, srun or mpirun.",
    );
  }
  if (runName === undefined) {
    throw usageError(
      `${ranks} ranks need a --run-name`,
      "It names the one directory that they all write to, and the meeting place in Redis.",
    );
  }
  if (findAccelerators) {
    throw usageError(
      "--find-accelerators searches in one process",
      "Find the number on one machine, then start as many ranks as it has accelerators.",
    );
  }
}

/** Meets the others, who have to be started with the same settings. @throws ToolError */
export async function meet(
  environment: RankEnvironment,
  settings: StorageSettings,
  { runName, timeoutMs, signal }: { runName: string; timeoutMs: number; signal: AbortSignal },
): Promise<RankGroup> {
  const joining = joinRanks(environment, { run: `storage:${runName}`, timeoutMs, signal });
  const group = environment.ranks === 1 ? await joining : await withSpinner("waiting for all ranks", joining);
  await within(group, signal, () => group.barrier("settings", JSON.stringify({ version, ...settings })));
  return group;
}

/** Does a rank's work; the others hear of what goes wrong in it. */
export async function within<T>(group: RankGroup, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error !== group.lost.reason)
      await group.fail(signal.aborted ? "it was interrupted" : messageOf(error));
    throw error;
  }
}

/**
 * The directory of the run: rank 0 makes it, the others write beside it. With `overwrite` an earlier run's files stay until they are cleared.
 * @param options names of this rank's files, and of all ranks' together
 * @throws ToolError
 */
export async function openTogether(
  group: RankGroup,
  path: string,
  { overwrite, names, ofAll }: { overwrite: boolean; names: readonly string[]; ofAll: readonly string[] },
): Promise<RunDirectory> {
  const options = { overwrite: false, resumes: overwrite, appearLate: true, names, othersNames: ofAll };
  if (group.rank !== 0) {
    await group.barrier("directory");
    return openRunDirectory(path, { ...options, joins: true });
  }
  const directory = openRunDirectory(path, { ...options, claims: true });
  await group.barrier("directory");
  return directory;
}

/**
 * The samples of all ranks. Where they are still to be made, rank 0 does it, then on each machine that does not see them the first rank
 * there, then whoever is left.
 * @param found what this rank sees already
 * @throws ToolError where ranks see other samples than rank 0
 */
export async function provideTogether(
  group: RankGroup,
  found: Dataset | null,
  { source, resolved, values }: { source: DataSource; resolved: StorageResolved; values: StorageValues },
  deps: ProvideDeps,
): Promise<Provided> {
  const turn = group.rank === 0 ? 0 : group.localRank === 0 ? 1 : 2;
  for (let before = 0; before < turn; before++) await group.barrier(`samples, turn ${before}`);
  const again = () => dataSourceOf(resolved, process.env, values);
  const provided =
    found === null
      ? await provide(group.rank === 0 ? source : again(), again, deps)
      : { dataset: found, hasMade: false };
  const { dataset } = provided;
  for (let after = turn; after < 2; after++) await group.barrier(`samples, turn ${after}`);
  await group.barrier("samples", `${dataset.fileOf.length} samples of ${totalBytes(dataset)} bytes`);
  return provided;
}

/**
 * Puts the ranks' results together in rank 0, and tells everyone how the run ended. Where ranks, or Redis, are gone the failure says so, and
 * the summary is of those that are there.
 * @returns the result of the whole run in rank 0, in the others their own
 */
export async function mergeTogether(
  group: RankGroup,
  own: SessionResult,
  { startAtMs, plan, dataset, signal }: MergeContext,
): Promise<SessionResult> {
  if (group.ranks === 1) return own;
  const problem = signal.aborted ? "it was interrupted" : (own.failure?.message ?? null);
  const facts = { rank: group.rank, host: readHost("/", process.env).name, startAtMs, problem };
  const part = partOf({ ...facts, summary: own.summary }, own.measured, own.visits);
  if (problem !== null && !group.lost.aborted) await group.fail(problem);
  let parts: (RankPart | null)[] = [part];
  // Everyone was interrupted where the launcher was: that is no failure of others.
  let failure: Error | null =
    own.failure ?? (group.lost.aborted && !signal.aborted ? group.lost.reason : null);
  try {
    const gathered = await group.gather(encodePart(part));
    if (gathered !== null) {
      parts = gathered.map((bytes) => (bytes === null ? null : decodePart(bytes)));
      if (!signal.aborted) failure ??= problemOf(parts);
    }
    const end = await group.conclude(failure?.message ?? (signal.aborted ? "rank 0 was interrupted" : null));
    if (end !== null && !signal.aborted) failure ??= endError(end);
  } catch (error) {
    failure ??= error as Error;
  }
  if (group.rank !== 0) return { ...own, failure };
  const there = parts.filter((one) => one !== null);
  return { ...own, summary: mergeRanks(there, plan, dataset, failure), failure };
}

interface MergeContext {
  startAtMs: number;
  plan: PipelinePlan;
  dataset: Dataset;
  /** The user's: it does not know of lost ranks. */
  signal: AbortSignal;
}

/** What ranks lack or say of themselves that no one has heard yet. */
function problemOf(parts: readonly (RankPart | null)[]): ToolError | null {
  const missing = parts.flatMap((part, rank) => (part === null ? [rank] : []));
  if (missing.length > 0) return endError(`no results came from ${rankNames(missing)}`);
  // Rank 0 knows of its own.
  const bad = parts.find((part) => part !== null && part.rank !== 0 && part.problem !== null);
  return bad ? endError(`rank ${bad.rank}: ${bad.problem}`) : null;
}

function endError(message: string): ToolError {
  return new ToolError("RANKS", message, { hint: "What the ranks measured until then is kept." });
}
