import { ToolError } from "../core/errors.ts";
import { interruptedEarly } from "../core/signals.ts";
import { sleepMs } from "../core/wait.ts";
import type { RankEnvironment } from "./environment.ts";
import { type RankGroup, singleRank } from "./group.ts";
import { rankNames } from "./liveness.ts";
import { answerKey, RankClaim, wordKey } from "./rank-claim.ts";
import { RedisGroup } from "./redis-group.ts";
import { connectStore, type Store } from "./store.ts";

export interface JoinOptions {
  /** What ranks of one run have in common and other runs on the same server do not, e.g. `storage:demo-infer`. */
  run: string;
  /** How long to wait for a rank to come, and how long one may be silent, in ms. */
  timeoutMs: number;
  signal: AbortSignal;
}

const POLL_MS = 20;

/**
 * Waits until all ranks are here. Rank 0 opens a session of its own for each run and invites the others by a word that only they know, so
 * that what an earlier run left in Redis is taken for nobody.
 * @throws ToolError RANKS that names who did not come; INTERRUPTED
 */
export async function joinRanks(environment: RankEnvironment, options: JoinOptions): Promise<RankGroup> {
  const { rank, ranks, localRank, redis } = environment;
  const { run, timeoutMs, signal } = options;
  if (redis === null) return singleRank();
  const store = await connectStore(redis, timeoutMs, signal);
  const prefix = `inferbench:${run}`;
  const group = (session: string) =>
    new RedisGroup({ rank, ranks, localRank, store, session, timeoutMs, signal });
  const until = performance.now() + timeoutMs;
  try {
    const claim = await RankClaim.take(store, prefix, rank);
    if (rank !== 0) {
      const session = await invitation(store, prefix, claim, until, options);
      await claim.hold(session);
      await store.setField(session, `joined:${rank}`, "1");
      return group(session);
    }
    const session = `${prefix}:${crypto.randomUUID()}`;
    const leader = group(session);
    await inviteAll(store, prefix, session, ranks, until, claim, options).catch(async (error) => {
      await leader.fail(error.message);
      await leader.close();
      throw error;
    });
    await claim.hold(session);
    return leader;
  } catch (error) {
    store.close();
    throw error;
  }
}

async function invitation(
  store: Store,
  prefix: string,
  claim: RankClaim,
  until: number,
  { timeoutMs, signal }: JoinOptions,
): Promise<string> {
  for (;;) {
    const session = await store.get(answerKey(prefix, claim.word));
    if (session !== null) return session;
    await claim.look();
    await pause(until, signal, [0], timeoutMs);
  }
}

async function inviteAll(
  store: Store,
  prefix: string,
  session: string,
  ranks: number,
  until: number,
  claim: RankClaim,
  { timeoutMs, signal }: JoinOptions,
): Promise<void> {
  const answered = new Set<string>();
  for (;;) {
    const fields = await store.fields(session);
    const missing = Array.from({ length: ranks - 1 }, (_, i) => i + 1).filter(
      (rank) => fields[`joined:${rank}`] === undefined,
    );
    if (missing.length === 0) return;
    await claim.look();
    const words = await Promise.all(missing.map((rank) => store.get(wordKey(prefix, rank))));
    for (const word of words) {
      if (word === null || answered.has(word)) continue;
      answered.add(word);
      await store.set(answerKey(prefix, word), session);
    }
    await pause(until, signal, missing, timeoutMs);
  }
}

/** @throws ToolError when the time is up, or the user has had enough */
async function pause(
  until: number,
  signal: AbortSignal,
  missing: readonly number[],
  timeoutMs: number,
): Promise<void> {
  if (signal.aborted) throw interruptedEarly();
  if (performance.now() > until) {
    throw new ToolError("RANKS", `${rankNames(missing)} did not come within ${timeoutMs / 1000} s`, {
      hint: "All ranks need the same run name, WORLD_SIZE, MASTER_ADDR and MASTER_PORT, and each a RANK of its own; --rank-timeout waits longer.",
    });
  }
  await sleepMs(POLL_MS, signal);
}
