import { environmentError, ToolError } from "../core/errors.ts";
import { interruptedEarly } from "../core/signals.ts";
import { sleepMs } from "../core/wait.ts";
import { disagreement } from "./disagreement.ts";
import type { RankEnvironment } from "./environment.ts";
import type { RankGroup } from "./group.ts";
import { Liveness } from "./liveness.ts";
import { getBytes, setBytes } from "./pieces.ts";
import type { Store } from "./store.ts";

export interface RedisGroupOptions extends Pick<RankEnvironment, "rank" | "ranks" | "localRank"> {
  store: Store;
  /** The hash and the prefix of keys of this run. */
  session: string;
  /** A rank that says nothing for longer is lost. */
  timeoutMs: number;
  /** Ends the waiting at barriers. */
  signal: AbortSignal;
}

/** How often a barrier looks, which is how far apart ranks leave it; and everything else. */
const BARRIER_POLL_MS = 5;
const POLL_MS = 50;
const MOST_BEAT_MS = 1000;

/** A group that meets in a Redis hash, whose fields are `beat:<rank>`, `failed:<rank>`, `sent:<rank>` and so on. */
export class RedisGroup implements RankGroup {
  readonly rank: number;
  readonly ranks: number;
  readonly localRank: number;
  readonly #options: RedisGroupOptions;
  readonly #lost = new AbortController();
  readonly #beatMs: number;
  readonly #liveness: Liveness;
  readonly #silent: Liveness;
  #beating: Promise<void> | null = null;
  readonly #leaving = new AbortController();

  constructor(options: RedisGroupOptions) {
    this.#options = options;
    ({ rank: this.rank, ranks: this.ranks, localRank: this.localRank } = options);
    this.#beatMs = Math.min(MOST_BEAT_MS, options.timeoutMs / 4);
    this.#liveness = new Liveness(options.timeoutMs, this.#beatMs);
    this.#silent = new Liveness(options.timeoutMs, this.#beatMs);
    this.#beating = this.#beat();
  }

  get lost(): AbortSignal {
    return this.#lost.signal;
  }

  async barrier(name: string, agreed = ""): Promise<void> {
    const { signal } = this.#options;
    try {
      await this.#barrier(name, agreed);
    } catch (error) {
      throw signal.aborted ? interruptedEarly() : error;
    }
  }

  async #barrier(name: string, agreed: string): Promise<void> {
    const { store, session, signal } = this.#options;
    // Rank 0's value is there before anyone gets past.
    if (this.rank === 0) await store.setField(session, `agreed:${name}`, agreed);
    await store.count(session, `arrived:${name}`);
    for (;;) {
      signal.throwIfAborted();
      if (this.lost.aborted) throw this.lost.reason;
      if (Number(await store.field(session, `arrived:${name}`)) >= this.ranks) break;
      await sleepMs(BARRIER_POLL_MS, signal);
    }
    const theirs = await store.field(session, `agreed:${name}`);
    if (theirs === agreed) return;
    throw new ToolError(
      "RANKS",
      `rank ${this.rank} has not the ${name} of rank 0: ${disagreement(agreed, theirs)}`,
      {
        hint: "Start all ranks with the same command line and the same data.",
      },
    );
  }

  async fail(message: string): Promise<void> {
    const { store, session } = this.#options;
    // Where Redis is gone, the others will miss the beat.
    await store.setField(session, `failed:${this.rank}`, message).catch(() => {});
  }

  async gather(bytes: Uint8Array): Promise<(Uint8Array | null)[] | null> {
    const { store, session } = this.#options;
    if (this.rank !== 0) {
      const pieces = await setBytes(store, `${session}:${this.rank}`, bytes);
      await store.setField(session, `sent:${this.rank}`, String(pieces));
      return null;
    }
    const gathered: (Uint8Array | null | undefined)[] = [bytes];
    while (gathered.includes(undefined) || gathered.length < this.ranks) {
      const fields = await store.fields(session);
      for (let rank = 1; rank < this.ranks; rank++) {
        if (gathered[rank] !== undefined) continue;
        const pieces = fields[`sent:${rank}`];
        if (pieces !== undefined)
          gathered[rank] = await getBytes(store, `${session}:${rank}`, Number(pieces));
        else gathered[rank] = this.#isOver(rank, fields) ? null : undefined;
      }
      if (gathered.includes(undefined)) await sleepMs(POLL_MS);
    }
    return gathered as (Uint8Array | null)[];
  }

  async conclude(problem: string | null): Promise<string | null> {
    const { store, session } = this.#options;
    if (this.rank === 0) {
      await store.setField(session, "end", problem ?? "");
      return problem;
    }
    for (;;) {
      const fields = await store.fields(session);
      if (fields.end !== undefined) return fields.end === "" ? null : fields.end;
      if (this.#isOver(0, fields)) throw lostError(0, fields["failed:0"] ?? "it left without a result");
      await sleepMs(POLL_MS);
    }
  }

  async close(): Promise<void> {
    const { store, session } = this.#options;
    this.#leaving.abort();
    await this.#beating;
    await store.setField(session, `left:${this.rank}`, "1").catch(() => {});
    store.close();
  }

  /** Whether nothing more comes of a rank: one that failed goes on to send what it has. */
  #isOver(rank: number, fields: Readonly<Record<string, string>>): boolean {
    const state = { beat: fields[`beat:${rank}`] ?? null, failed: null, left: false };
    return fields[`left:${rank}`] !== undefined || this.#silent.look(rank, state, performance.now()) !== null;
  }

  /** Shows that this rank lives, and looks after the others, until it leaves. */
  async #beat(): Promise<void> {
    const { store, session } = this.#options;
    try {
      for (let beats = 1; !this.#leaving.signal.aborted; beats++) {
        if ((await store.count(session, `beat:${this.rank}`)) !== beats) throw forgottenError();
        this.#lookAt(await store.fields(session));
        await sleepMs(this.#beatMs, this.#leaving.signal);
      }
    } catch (error) {
      this.#lost.abort(error);
    }
  }

  #lookAt(fields: Readonly<Record<string, string>>): void {
    // The run is over for those that rank 0 told so.
    if (this.lost.aborted || fields.end !== undefined) return;
    for (let rank = 0; rank < this.ranks; rank++) {
      if (rank === this.rank) continue;
      const [failed, left] = [fields[`failed:${rank}`] ?? null, fields[`left:${rank}`] !== undefined];
      const state = { beat: fields[`beat:${rank}`] ?? null, failed, left };
      const why = this.#liveness.look(rank, state, performance.now());
      if (why === null) continue;
      this.#lost.abort(lostError(rank, why));
      return;
    }
  }
}

/** Who arrived at a barrier is among what is gone: it would never open. */
function forgottenError(): ToolError {
  return environmentError(
    "RANKS",
    "the Redis server lost what the ranks had written: it was emptied, or removed it for want of memory",
    "The ranks need a server that keeps their keys for the time of the run: no FLUSHALL, maxmemory-policy noeviction.",
  );
}

function lostError(rank: number, why: string): ToolError {
  return new ToolError("RANKS", `rank ${rank} is lost: ${why}`, {
    hint: "What this rank measured until then is kept.",
  });
}
