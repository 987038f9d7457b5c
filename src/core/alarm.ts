import type { Clock } from "./clock.ts";

/** Rings once at an instant: what schedules are paced by. */
export interface Alarm {
  /** Calls `ring` in a later turn of the event loop, never before `atMs` on the clock. Replaces an earlier setting. */
  set(atMs: number, ring: () => void): void;
  /** Takes the setting back. */
  cancel(): void;
  /** Frees what the alarm holds; it rings no more. */
  close(): void;
}

/** Bun's timers have 1 ms granularity and fire up to about 1.1 ms late, so the last stretch is polled. */
const POLL_MS = 1.5;
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

  readonly #arm = (): void => {
    const leftMs = this.#atMs - this.#clock.now();
    if (leftMs > POLL_MS + 1) {
      this.#timer = setTimeout(this.#arm, Math.min(Math.floor(leftMs - POLL_MS), LONGEST_TIMER_MS));
    } else this.#immediate = setImmediate(this.#poll);
  };

  readonly #poll = (): void => {
    if (this.#clock.now() < this.#atMs) {
      this.#immediate = setImmediate(this.#poll);
      return;
    }
    const ring = this.#ring;
    this.#ring = null;
    ring?.();
  };
}
