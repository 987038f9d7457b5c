import { FutexWords } from "../../../native/futex.ts";

/**
 * What the threads of a run share, and how they wait for one another: the taker asks for so many of the run's microbatches, in turn, and
 * sleeps until they are in memory; each reader sleeps until it may begin its next one (leave.ts). All waiting is in the kernel (futex).
 */

/** Figures of a microbatch, which a reader leaves in its slot, and where each stands there; some are of a copy to a GPU. */
export const SLOT = {
  worker: 0,
  samples: 1,
  bytes: 2,
  requestedBytes: 3,
  readStartAt: 4,
  readEndAt: 5,
  firstByteMs: 6,
  copyStartAt: 7,
  copyEndAt: 8,
  copyMs: 9,
  /** When it was handed over. */
  readyAt: 10,
} as const;
export const SLOT_NUMBERS = 11;

/** A taker asks for at most so many microbatches at once: their figures are kept until it wakes. */
export const MOST_ASKED = 1024;

/** For how many of a reader's microbatches there are to be figures: those asked for, and what the reader loads beyond. */
export function figureSlots(microbatchesPerStep: number, ahead: number): number {
  return Math.min(MOST_ASKED, microbatchesPerStep) + ahead + 1;
}

/** Where in the memory the words of each reader begin, in bytes, and how many there are. */
const WORDS_AT = 8;
const WORDS = 3;

/** The microbatches of a run are numbers of 32 bits, with one that is larger than any. */
export const MOST_MICROBATCHES = 2 ** 31 - 2;
/** Lets every thread that waits for a number go on, to see that the run is over. */
const LET_GO = MOST_MICROBATCHES + 1;

/** What a thread shares that has no control of its own yet. */
export interface SharedControl {
  memory: SharedArrayBuffer;
  /** Threads that hand over microbatches, and for how many of each there are figures. */
  workers: number;
  slots: number;
}

export class Control {
  readonly shared: SharedControl;
  /** 1 once the run is to end. */
  readonly #stop: Int32Array;
  /** How many of the run's microbatches the taker asked for. */
  readonly #asked: Int32Array;
  /** Microbatches that each reader has handed over. */
  readonly #ready: FutexWords;
  /** Which of a reader's microbatches, from 1, the taker sleeps for; 0: none. */
  readonly #wanted: FutexWords;
  /** Which of the run's microbatches, from 1, a reader sleeps for until it is asked for; 0: none. */
  readonly #awaited: FutexWords;
  /** Of every slot, NaN where nobody set one; see `slotAt`. */
  readonly figures: Float64Array;

  /** @param shared of another thread's control */
  constructor(shared: SharedControl) {
    const { memory, workers, slots } = shared;
    this.shared = shared;
    const each = FutexWords.bytes(workers);
    this.#stop = new Int32Array(memory, 0, 1);
    this.#asked = new Int32Array(memory, 4, 1);
    this.#ready = new FutexWords(memory, WORDS_AT, workers);
    this.#wanted = new FutexWords(memory, WORDS_AT + each, workers);
    this.#awaited = new FutexWords(memory, WORDS_AT + 2 * each, workers);
    this.figures = new Float64Array(memory, WORDS_AT + WORDS * each, workers * slots * SLOT_NUMBERS);
  }

  static create(workers: number, slots: number): Control {
    const bytes = WORDS_AT + WORDS * FutexWords.bytes(workers) + 8 * workers * slots * SLOT_NUMBERS;
    const control = new Control({ memory: new SharedArrayBuffer(bytes), workers, slots });
    control.figures.fill(Number.NaN);
    return control;
  }

  get isStopped(): boolean {
    return Atomics.load(this.#stop, 0) === 1;
  }

  /** Ends the run: every thread that waits goes on, and finds `isStopped`. */
  stop(): void {
    Atomics.store(this.#stop, 0, 1);
    Atomics.notify(this.#stop, 0);
    for (let worker = 0; worker < this.shared.workers; worker++) {
      this.#ready.set(worker, LET_GO);
      this.#wanted.set(worker, 0);
      this.#awaited.set(worker, 0);
    }
  }

  /** Resolves when the run is to end; for a thread whose event loop turns. */
  async whenStopped(): Promise<void> {
    if (!this.isStopped) await Atomics.waitAsync(this.#stop, 0, 0).value;
  }

  /** Waits for at most `ms`, or until the run is to end. */
  pause(ms: number): void {
    Atomics.wait(this.#stop, 0, 0, ms);
  }

  /** The taker asks for the run's first `count` microbatches. */
  ask(count: number): void {
    Atomics.store(this.#asked, 0, count);
    for (let worker = 0; worker < this.shared.workers; worker++) wakeIf(this.#awaited, worker, count);
  }

  /** Whether the taker asked for the run's microbatch at `position`, and the run goes on. */
  isAsked(position: number): boolean {
    return Atomics.load(this.#asked, 0) > position && !this.isStopped;
  }

  /** The reader `worker` waits until it has. @returns false when the run is to end */
  awaitAsked(position: number, worker: number): boolean {
    if (this.isAsked(position)) return true;
    return this.#sleepFor(this.#awaited, worker, position + 1, () => this.isAsked(position));
  }

  /** Says that a reader's microbatch `k` is in memory, after its figures were set. */
  setReady(worker: number, k: number): void {
    if (this.isStopped) return;
    this.#ready.set(worker, k + 1);
    wakeIf(this.#wanted, worker, k + 1);
  }

  /** Whether a reader's microbatch `k` is in memory, and the run goes on. */
  isReady(worker: number, k: number): boolean {
    return this.#ready.get(worker) > k && !this.isStopped;
  }

  /** Waits until another reader's microbatch `k` is in memory. @returns false when the run is to end */
  awaitReady(worker: number, k: number): boolean {
    for (;;) {
      const ready = this.#ready.get(worker);
      if (this.isStopped) return false;
      if (ready > k) return true;
      this.#ready.sleepWhile(worker, ready);
    }
  }

  /** The taker waits until a reader's microbatch `k` is in memory; those before it wake nobody. @returns false when the run is to end */
  take(worker: number, k: number): boolean {
    if (this.isReady(worker, k)) return true;
    return this.#sleepFor(this.#wanted, worker, k + 1, () => this.isReady(worker, k));
  }

  /** Asleep in the kernel until `isThere`: looking for a while first takes cores from the readers, where cores are few. */
  #sleepFor(words: FutexWords, worker: number, count: number, isThere: () => boolean): boolean {
    for (;;) {
      words.set(worker, count);
      // Whoever came to it before the word was set woke nobody.
      if (isThere()) return true;
      if (this.isStopped) return false;
      words.sleepWhile(worker, count);
    }
  }

  /** Where the figures of a reader's microbatch `k` begin. */
  slotAt(worker: number, k: number): number {
    const { slots } = this.shared;
    return (worker * slots + (k % slots)) * SLOT_NUMBERS;
  }
}

/** Wakes who sleeps for so many or fewer; not who sleeps for another number by now. */
function wakeIf(words: FutexWords, worker: number, count: number): void {
  const wanted = words.get(worker);
  if (wanted !== 0 && wanted <= count) words.replace(worker, wanted, 0);
}
