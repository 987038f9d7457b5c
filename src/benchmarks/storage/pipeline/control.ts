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

/** Where in the memory they begin, in bytes; the readers' words are as many as there are readers. */
const ASKED_AT = 8;
const READY_AT = ASKED_AT + FutexWords.bytes(1);

/** Larger than any number of microbatches: lets every waiting thread go on, to see that it is over. */
const LET_GO = 2 ** 31 - 1;

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
  readonly #asked: FutexWords;
  /** Microbatches that each reader has handed over. */
  readonly #ready: FutexWords;
  /** Which of a reader's microbatches, from 1, the taker sleeps for; 0: none. */
  readonly #wanted: FutexWords;
  /** Of every slot, NaN where nobody set one; see `slotAt`. */
  readonly figures: Float64Array;

  /** @param shared of another thread's control */
  constructor(shared: SharedControl) {
    const { memory, workers, slots } = shared;
    this.shared = shared;
    const each = FutexWords.bytes(workers);
    this.#stop = new Int32Array(memory, 0, 1);
    this.#asked = new FutexWords(memory, ASKED_AT, 1);
    this.#ready = new FutexWords(memory, READY_AT, workers);
    this.#wanted = new FutexWords(memory, READY_AT + each, workers);
    this.figures = new Float64Array(memory, READY_AT + 2 * each, workers * slots * SLOT_NUMBERS);
  }

  static create(workers: number, slots: number): Control {
    const bytes = READY_AT + 2 * FutexWords.bytes(workers) + 8 * workers * slots * SLOT_NUMBERS;
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
    this.#asked.set(0, LET_GO);
    for (let worker = 0; worker < this.shared.workers; worker++) {
      this.#ready.set(worker, LET_GO);
      this.#wanted.set(worker, 0);
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
    if (!this.isStopped) this.#asked.set(0, count);
  }

  /** Whether the taker asked for the run's microbatch at `position`, and the run goes on. */
  isAsked(position: number): boolean {
    return this.#asked.get(0) > position && !this.isStopped;
  }

  /** Waits until it has. @returns false when the run is to end */
  awaitAsked(position: number): boolean {
    return this.#awaitMore(this.#asked, 0, position);
  }

  /** Says that a reader's microbatch `k` is in memory, after its figures were set. */
  setReady(worker: number, k: number): void {
    if (this.isStopped) return;
    this.#ready.set(worker, k + 1);
    const wanted = this.#wanted.get(worker);
    // Not where the taker wants another one by now.
    if (wanted !== 0 && wanted <= k + 1) this.#wanted.replace(worker, wanted, 0);
  }

  /** Whether a reader's microbatch `k` is in memory, and the run goes on. */
  isReady(worker: number, k: number): boolean {
    return this.#ready.get(worker) > k && !this.isStopped;
  }

  /** Waits until another reader's microbatch `k` is in memory. @returns false when the run is to end */
  awaitReady(worker: number, k: number): boolean {
    return this.#awaitMore(this.#ready, worker, k);
  }

  /** The taker waits until a reader's microbatch `k` is in memory; those before it wake nobody. @returns false when the run is to end */
  take(worker: number, k: number): boolean {
    for (;;) {
      if (this.isReady(worker, k)) return true;
      this.#wanted.set(worker, k + 1);
      if (this.isReady(worker, k)) return true;
      if (this.isStopped) return false;
      this.#wanted.sleepWhile(worker, k + 1);
    }
  }

  /** Asleep in the kernel until then: looking for a while first takes cores from the readers, where cores are few. */
  #awaitMore(counts: FutexWords, at: number, count: number): boolean {
    for (;;) {
      const now = counts.get(at);
      if (this.isStopped) return false;
      if (now > count) return true;
      counts.sleepWhile(at, now);
    }
  }

  /** Where the figures of a reader's microbatch `k` begin. */
  slotAt(worker: number, k: number): number {
    const { slots } = this.shared;
    return (worker * slots + (k % slots)) * SLOT_NUMBERS;
  }
}
