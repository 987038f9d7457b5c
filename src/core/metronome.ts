import { type Alarm, PollingAlarm } from "./alarm.ts";
import type { Clock } from "./clock.ts";

/** From the thread's waking to the event loop's takes about this long; the rest is polled. Measured p50: 0.06 ms. */
const EARLY_MS = 0.1;

/** Shared with the thread: [number of the setting, -1 to end] and, 8 bytes in, the ms to wait. */
export const METRONOME_BYTES = 16;
export const CLOSE = -1;

export interface MetronomeThread {
  postMessage(shared: SharedArrayBuffer): void;
  onmessage: ((event: MessageEvent) => void) | null;
}

/**
 * An alarm whose waiting is done by a thread of its own, in a futex with microseconds of precision, so that the event loop
 * sleeps meanwhile instead of turning. At 1,000 rings a second that takes 8 % of a core in place of 88 %, at a median lateness
 * of 0.03 ms in place of 0.007 ms (2 vCPU VM): for a process that shares its cores with what is measured.
 */
export class MetronomeAlarm implements Alarm {
  readonly #clock: Clock;
  /** Takes over for the last stretch. */
  readonly #near: PollingAlarm;
  readonly #number: Int32Array;
  readonly #waitMs: Float64Array;
  #atMs = 0;
  #ring: (() => void) | null = null;

  /** @param thread runs metronome-worker.ts and has said that it is ready */
  constructor(thread: MetronomeThread, clock: Clock) {
    this.#clock = clock;
    this.#near = new PollingAlarm(clock);
    const shared = new SharedArrayBuffer(METRONOME_BYTES);
    this.#number = new Int32Array(shared, 0, 1);
    this.#waitMs = new Float64Array(shared, 8, 1);
    thread.onmessage = ({ data }) => {
      if (this.#ring === null || data !== this.#number[0]) return;
      this.#near.set(this.#atMs, this.#ring);
      this.#ring = null;
    };
    thread.postMessage(shared);
  }

  get polledMs(): number {
    return this.#near.polledMs;
  }

  set(atMs: number, ring: () => void): void {
    this.cancel();
    const leftMs = atMs - this.#clock.now();
    const isNear = leftMs <= 2 * EARLY_MS;
    // A near instant leaves the thread asleep; the number changes all the same, so that nothing it still says is taken.
    this.#waitMs[0] = isNear ? Number.POSITIVE_INFINITY : leftMs - EARLY_MS;
    Atomics.store(this.#number, 0, (this.#number[0]! + 1) & 0x7fffffff);
    if (isNear) {
      this.#near.set(atMs, ring);
      return;
    }
    this.#atMs = atMs;
    this.#ring = ring;
    Atomics.notify(this.#number, 0);
  }

  cancel(): void {
    this.#ring = null;
    this.#near.cancel();
  }

  close(): void {
    this.cancel();
    Atomics.store(this.#number, 0, CLOSE);
    Atomics.notify(this.#number, 0);
  }
}
