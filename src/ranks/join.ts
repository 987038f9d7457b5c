import { ToolError } from "../core/errors.ts";
import { interruptedEarly } from "../core/signals.ts";
import { sleepMs } from "../core/wait.ts";
import type { RankEnvironment } from "./environment.ts";
import { type RankGroup, singleRank } from "./group.ts";
import { rankNames } from "./liveness.ts";
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
    if (rank !== 0) {
      const session = await invitation(store, prefix, rank, until, options);
      await store.setField(session, `joined:${rank}`, "1");
      return group(session);
    }
    const word = await claim(store, prefix, rank);
    const session = `${prefix}:${crypto.randomUUID()}`;
    const leader = group(session);
    const look = () => refuseTwice(store, prefix, rank, word);
    await inviteAll(store, prefix, session, ranks, until, look, options).catch(async (error) => {
      await leader.fail(error.message);
      await leader.close();
      throw error;
    });
    return leader;
  } catch (error) {
    store.close();
    throw error;
  }
}

/** Leaves a word that only this process knows, as the one of its rank. */
async function claim(store: Store, prefix: string, rank: number): Promise<string> {
  const word = crypto.randomUUID();
  await store.set(wordKey(prefix, rank), word);
  return word;
}

/**
 * While a process waits, another one with its rank puts its own word in the place of its: it says so to that one, too. Words of
 * processes that are gone are no one's to miss.
 * @throws ToolError RANKS
 */
async function refuseTwice(store: Store, prefix: string, rank: number, word: string): Promise<void> {
  const there = await store.get(wordKey(prefix, rank));
  const isOther = there !== null && there !== word;
  if (isOther) await store.set(twiceKey(prefix, there), "1");
  if (!isOther && (await store.get(twiceKey(prefix, word))) === null) return;
  throw new ToolError("RANKS", `rank ${rank} is there twice: two processes have this number`, {
    hint: "Each process needs a RANK of its own, from 0 to WORLD_SIZE - 1, or the run another --run-name than one that is being started.",
  });
}

/** Where rank 0 finds the word of a rank, where that rank finds the answer, and that it is not alone. */
const wordKey = (prefix: string, rank: number) => `${prefix}:word:${rank}`;
const twiceKey = (prefix: string, word: string) => `${prefix}:twice:${word}`;
const answerKey = (prefix: string, word: string) => `${prefix}:answer:${word}`;

async function invitation(
  store: Store,
  prefix: string,
  rank: number,
  until: number,
  { timeoutMs, signal }: JoinOptions,
): Promise<string> {
  const word = await claim(store, prefix, rank);
  for (;;) {
    const session = await store.get(answerKey(prefix, word));
    if (session !== null) return session;
    await refuseTwice(store, prefix, rank, word);
    await pause(until, signal, [0], timeoutMs);
  }
}

async function inviteAll(
  store: Store,
  prefix: string,
  session: string,
  ranks: number,
  until: number,
  look: () => Promise<void>,
  { timeoutMs, signal }: JoinOptions,
): Promise<void> {
  const answered = new Set<string>();
  for (;;) {
    const fields = await store.fields(session);
    const missing = Array.from({ length: ranks - 1 }, (_, i) => i + 1).filter(
      (rank) => fields[`joined:${rank}`] === undefined,
    );
    if (missing.length === 0) return;
    await look();
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
