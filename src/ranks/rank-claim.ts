import { hostname } from "node:os";
import { ToolError } from "../core/errors.ts";
import type { Store } from "./store.ts";

/** Where rank 0 finds the word of a rank, and that rank the answer. */
export const wordKey = (prefix: string, rank: number) => `${prefix}:word:${rank}`;
export const answerKey = (prefix: string, word: string) => `${prefix}:answer:${word}`;
/** Where a process that waits finds who came with its rank, too, and where who has joined with a rank says so. */
const twinKey = (prefix: string, word: string) => `${prefix}:twin:${word}`;
const holderKey = (prefix: string, rank: number) => `${prefix}:holder:${rank}`;

/** A process with a rank, in its own words; the number is of this process alone. */
interface Holder {
  id: string;
  pid: number;
  host: string;
  /** The hash in which it beats. */
  session: string;
}

/**
 * A rank as this process claims it, against others that have the same by mistake. Of two that wait, each finds the other's word in the place
 * of its own, and both end. One that comes when the other has joined already sees it beat, and ends alone: the run goes on.
 */
export class RankClaim {
  /** What only this process and those that find it in its place know. */
  readonly word: string;
  readonly #store: Store;
  readonly #prefix: string;
  readonly #rank: number;
  /** Who had joined with this rank when this process came, and its beat then: of an earlier run, or a twin. */
  readonly #before: string | null;
  readonly #beatBefore: string | null;

  private constructor(
    store: Store,
    prefix: string,
    rank: number,
    before: string | null,
    beat: string | null,
  ) {
    [this.#store, this.#prefix, this.#rank] = [store, prefix, rank];
    [this.#before, this.#beatBefore] = [before, beat];
    this.word = `${crypto.randomUUID()} ${us()}`;
  }

  static async take(store: Store, prefix: string, rank: number): Promise<RankClaim> {
    const before = await store.get(holderKey(prefix, rank));
    const beat = before === null ? null : await beatOf(store, holderIn(before), rank);
    const claim = new RankClaim(store, prefix, rank, before, beat);
    await store.set(wordKey(prefix, rank), claim.word);
    return claim;
  }

  /** Looks for a twin; to be called again and again while this process waits. @throws ToolError RANKS that names both */
  async look(): Promise<void> {
    const there = await this.#store.get(wordKey(this.#prefix, this.#rank));
    const isOther = there !== null && there !== this.word;
    if (isOther) await this.#store.set(twinKey(this.#prefix, there), this.word);
    const twin = isOther ? there : await this.#store.get(twinKey(this.#prefix, this.word));
    if (twin !== null) throw this.#twice(`${whoseWord(twin)} waits with this number, too`);
    const holder = await this.#store.get(holderKey(this.#prefix, this.#rank));
    if (holder === null) return;
    const { pid, host, session } = holderIn(holder);
    const isNew = holder !== this.#before;
    if (!isNew && (await beatOf(this.#store, { session }, this.#rank)) === this.#beatBefore) return;
    throw this.#twice(`process ${pid} on ${host} has joined the run with this number`);
  }

  /** Says that this process has joined: who comes from now on is one too many. */
  async hold(session: string): Promise<void> {
    const holder: Holder = { id: this.word, pid: process.pid, host: hostname(), session };
    await this.#store.set(holderKey(this.#prefix, this.#rank), JSON.stringify(holder));
  }

  #twice(who: string): ToolError {
    return new ToolError("RANKS", `rank ${this.#rank} is there twice: ${who}, and this is ${us()}`, {
      hint: "Each process needs a RANK of its own, from 0 to WORLD_SIZE - 1, or the run another --run-name than one that is under way.",
    });
  }
}

function us(): string {
  return `process ${process.pid} on ${hostname()}`;
}

/** What follows the random number. */
function whoseWord(word: string): string {
  return word.slice(word.indexOf(" ") + 1);
}

function holderIn(text: string): Holder {
  return JSON.parse(text) as Holder;
}

/** It counts up while the process lives that has joined with the rank. */
function beatOf(store: Store, { session }: Pick<Holder, "session">, rank: number): Promise<string | null> {
  return store.field(session, `beat:${rank}`);
}
