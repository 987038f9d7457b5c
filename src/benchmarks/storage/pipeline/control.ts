/**
 * What the threads of a run share, and how they wait for one another: each reader waits until it may begin its next microbatch, the
 * consumer until a reader's next one is in memory. All waiting is in the kernel (futex).
 */

/** Figures of a microbatch, which a reader leaves in its slot, and where each stands there; the last three are of a copy to a GPU. */
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
} as const;
export const SLOT_NUMBERS = 10;

/** Larger than any number of microbatches: lets every waiting thread go on, to see that it is over. */
const LET_GO = 2 ** 31 - 1;

export class Control {
  readonly memory: SharedArrayBuffer;
  readonly workers: number;
  readonly slots: number;
  /** 1 once the run is to end. */
  readonly #stop: Int32Array;
  /** Microbatches that each reader may have begun. */
  readonly #allowed: Int32Array;
  /** Microbatches that each reader has in memory. */
  readonly #ready: Int32Array;
  /** Of every slot, `SLOT_NUMBERS` each, NaN where nobody set one; see `slotAt`. */
  readonly figures: Float64Array;

  /** @param slots microbatches that each reader has room for @param memory of another thread's control of the same shape */
  constructor(workers: number, slots: number, memory?: SharedArrayBuffer) {
    const ints = 2 * Math.ceil((1 + 2 * workers) / 2);
    const figures = workers * slots * SLOT_NUMBERS;
    this.memory = memory ?? new SharedArrayBuffer(4 * ints + 8 * figures);
    this.workers = workers;
    this.slots = slots;
    this.#stop = new Int32Array(this.memory, 0, 1);
    this.#allowed = new Int32Array(this.memory, 4, workers);
    this.#ready = new Int32Array(this.memory, 4 * (1 + workers), workers);
    this.figures = new Float64Array(this.memory, 4 * ints, figures);
    if (memory === undefined) this.figures.fill(Number.NaN);
  }

  get isStopped(): boolean {
    return Atomics.load(this.#stop, 0) === 1;
  }

  /** Ends the run: every thread that waits goes on, and finds `isStopped`. */
  stop(): void {
    Atomics.store(this.#stop, 0, 1);
    Atomics.notify(this.#stop, 0);
    for (let worker = 0; worker < this.workers; worker++) {
      Atomics.store(this.#allowed, worker, LET_GO);
      Atomics.notify(this.#allowed, worker);
      Atomics.store(this.#ready, worker, LET_GO);
      Atomics.notify(this.#ready, worker);
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

  /** Lets a reader begin its first `count` microbatches. */
  allow(worker: number, count: number): void {
    if (this.isStopped || Atomics.load(this.#allowed, worker) >= count) return;
    Atomics.store(this.#allowed, worker, count);
    Atomics.notify(this.#allowed, worker);
  }

  /** Whether a reader may begin its microbatch `k`, and the run goes on. */
  isAllowed(worker: number, k: number): boolean {
    return Atomics.load(this.#allowed, worker) > k && !this.isStopped;
  }

  /** Waits until a reader may begin its microbatch `k` (from 0). @returns false when the run is to end */
  awaitAllowed(worker: number, k: number): boolean {
    return this.#awaitMore(this.#allowed, worker, k);
  }

  /** Says that a reader's microbatch `k` is in memory, after its figures were set. */
  setReady(worker: number, k: number): void {
    if (this.isStopped) return;
    Atomics.store(this.#ready, worker, k + 1);
    Atomics.notify(this.#ready, worker);
  }

  /** Whether a reader's microbatch `k` is in memory, and the run goes on. */
  isReady(worker: number, k: number): boolean {
    return Atomics.load(this.#ready, worker) > k && !this.isStopped;
  }

  /** Waits until a reader's microbatch `k` is in memory. @returns false when the run is to end */
  awaitReady(worker: number, k: number): boolean {
    return this.#awaitMore(this.#ready, worker, k);
  }

  /** Asleep in the kernel until then: looking for a while first takes cores from the readers, where cores are few. */
  #awaitMore(counts: Int32Array, worker: number, k: number): boolean {
    for (;;) {
      const count = Atomics.load(counts, worker);
      if (count > k) return !this.isStopped;
      Atomics.wait(counts, worker, count);
    }
  }

  /** Where the figures of a reader's microbatch `k` begin. */
  slotAt(worker: number, k: number): number {
    return (worker * this.slots + (k % this.slots)) * SLOT_NUMBERS;
  }
}
