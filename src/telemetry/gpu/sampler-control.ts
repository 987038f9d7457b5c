/** What sampling cost, so that it can be held against what it measures. */
export interface SamplerCost {
  /** Rounds over all GPUs. */
  rounds: number;
  /** Rounds whose time had passed before the one before was done. */
  skipped: number;
  /** Mean time from one round to the next; null for fewer than two. */
  periodMs: number | null;
  /** CPU of the sampling thread over wall time: 1 is one core. */
  cpuShare: number;
  cpuMsPerRound: number;
  /** How long the driver takes for a round, mean and longest. */
  readMs: number;
  readMaxMs: number;
}

const BYTES = 64;
const STOP = 1;

/** Shared between the monitor and its threads: the word to stop, and what the sampling thread counts. */
export class SamplerControl {
  readonly buffer: SharedArrayBuffer;
  readonly #flag: Int32Array;
  /** [rounds, skipped, first round at, last round at, CPU ms, reading ms, longest reading ms] */
  readonly #counts: Float64Array;

  constructor(buffer = new SharedArrayBuffer(BYTES)) {
    this.buffer = buffer;
    this.#flag = new Int32Array(buffer, 0, 1);
    this.#counts = new Float64Array(buffer, 8);
  }

  stop(): void {
    Atomics.store(this.#flag, 0, STOP);
    Atomics.notify(this.#flag, 0);
  }

  get isStopped(): boolean {
    return Atomics.load(this.#flag, 0) === STOP;
  }

  /** Blocks the calling thread, not for longer than until the word to stop. */
  sleep(ms: number): void {
    if (ms > 0) Atomics.wait(this.#flag, 0, 0, ms);
  }

  /** Counts a round that began at an instant. For the sampling thread alone. */
  countRound(atMs: number, readMs: number, cpuMs: number): void {
    const counts = this.#counts;
    if (counts[0] === 0) counts[2] = atMs;
    counts[0]! += 1;
    counts[3] = atMs;
    counts[4] = cpuMs;
    counts[5]! += readMs;
    counts[6] = Math.max(counts[6]!, readMs);
  }

  countSkipped(rounds: number): void {
    this.#counts[1]! += rounds;
  }

  /** Null before the first round. */
  cost(): SamplerCost | null {
    const [rounds = 0, skipped = 0, firstMs = 0, lastMs = 0, cpuMs = 0, readMs = 0, readMaxMs = 0] =
      this.#counts;
    if (rounds === 0) return null;
    const periodMs = rounds > 1 ? (lastMs - firstMs) / (rounds - 1) : null;
    return {
      rounds,
      skipped,
      periodMs,
      cpuShare: periodMs === null ? 0 : cpuMs / (periodMs * rounds),
      cpuMsPerRound: cpuMs / rounds,
      readMs: readMs / rounds,
      readMaxMs,
    };
  }
}
