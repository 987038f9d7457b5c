import type { Clock } from "./clock.ts";

/** Rings once at an instant: what schedules are paced by. */
export interface Alarm {
  /** Calls `ring` in a later turn of the event loop, never before `atMs` on the clock. Replaces an earlier setting. */
  set(atMs: number, ring: () => void): void;
  /** Takes the setting back. */
  cancel(): void;
  /** Frees what the alarm holds; it rings no more. */
  close(): void;
  /** How long this alarm has turned the event loop for nothing but waiting, ms since it was made: CPU that anyone may have. */
  readonly polledMs: number;
}

/** Bun's timers have 1 ms granularity and fire up to about 1.1 ms late, so the last stretch is polled. */
const POLL_MS = 1.5;
/**
 * Two polls lie one turn of the event loop apart. A turn is counted as waiting while it takes less than this many times the
 * shortest one. On a 2 vCPU VM empty turns took 0.47 to 1.1 µs (first to 99th percentile of 2 million), those that read
 * a chunk 1.9 µs at the least, and those in which the kernel gave the core to somebody else up to milliseconds.
 */
const EMPTY_TURN = 4;
/** Bun's timers, like Node's, take no longer delay. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/**
 * An alarm of the event loop alone: sleeps until shortly before, then turns the loop until the instant has come. Exact on
 * a quiet machine; the turning costs most of a core where rings follow closely, and where cores are scarce the kernel
 * makes such a process wait (metronome.ts).
 */
export class PollingAlarm implements Alarm {
  readonly #clock: Clock;
  #atMs = 0;
  #ring: (() => void) | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #immediate: ReturnType<typeof setImmediate> | undefined;
  #polledMs = 0;
  #polledAt = 0;
  #shortestTurnMs = Number.POSITIVE_INFINITY;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  set(atMs: number, ring: () => void): void {
    this.cancel();
    this.#atMs = atMs;
    this.#ring = ring;
    this.#arm();
  }

  cancel(): void {
    this.#ring = null;
    clearTimeout(this.#timer);
    clearImmediate(this.#immediate);
  }

  close(): void {
    this.cancel();
  }

  get polledMs(): number {
    return this.#polledMs;
  }

  readonly #arm = (): void => {
    const leftMs = this.#atMs - this.#clock.now();
    if (leftMs > POLL_MS + 1) {
      this.#timer = setTimeout(this.#arm, Math.min(Math.floor(leftMs - POLL_MS), LONGEST_TIMER_MS));
    } else {
      // What is left of this turn is no turn.
      this.#polledAt = Number.NaN;
      this.#immediate = setImmediate(this.#poll);
    }
  };

  readonly #poll = (): void => {
    const now = this.#clock.now();
    const turnMs = now - this.#polledAt;
    this.#polledAt = now;
    if (turnMs < this.#shortestTurnMs) this.#shortestTurnMs = turnMs;
    if (turnMs <= EMPTY_TURN * this.#shortestTurnMs) this.#polledMs += turnMs;
    if (now < this.#atMs) {
      this.#immediate = setImmediate(this.#poll);
      return;
    }
    const ring = this.#ring;
    this.#ring = null;
    ring?.();
  };
}
