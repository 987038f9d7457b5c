import type { Clock } from "../../../core/clock.ts";
import { CutOff } from "./failure.ts";

/** Time-outs in ms; Infinity is none. */
export interface TimeLimits {
  firstTokenMs: number;
  betweenChunksMs: number;
  totalMs: number;
}

/** The requests in flight are looked through no more often than this. A time-out fires up to this much late. */
const SWEEP_MS = 50;
/** Bun's timers, like Node's, take no longer delay. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** One request's place in the sweep; the client keeps `lastChunkAt` and `hasToken` up to date. */
export interface Deadline {
  readonly sentAt: number;
  readonly controller: AbortController;
  lastChunkAt: number;
  hasToken: boolean;
}

/**
 * Ends requests that take too long: one timer for all, instead of a timer for each request and chunk. It wakes the process
 * only when a request may be late: under limits of minutes, hardly ever.
 */
export class Deadlines {
  readonly #limits: TimeLimits;
  readonly #clock: Clock;
  readonly #open = new Set<Deadline>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** When the timer fires. */
  #sweepAt = Number.POSITIVE_INFINITY;

  constructor(limits: TimeLimits, clock: Clock) {
    this.#limits = limits;
    this.#clock = clock;
  }

  get inFlight(): number {
    return this.#open.size;
  }

  start(sentAt: number, controller: AbortController): Deadline {
    const deadline: Deadline = { sentAt, controller, lastChunkAt: sentAt, hasToken: false };
    this.#open.add(deadline);
    this.#sweepBy(this.#lateAt(deadline, sentAt));
    return deadline;
  }

  stop(deadline: Deadline): void {
    this.#open.delete(deadline);
    if (this.#open.size === 0) this.#disarm();
  }

  /** Ends everything that is still open, because the run is over. */
  abortAll(message: string): void {
    for (const { controller } of this.#open) controller.abort(new CutOff("aborted", message));
  }

  #sweep(): void {
    this.#disarm();
    const now = this.#clock.now();
    const { firstTokenMs, betweenChunksMs, totalMs } = this.#limits;
    let nextAt = Number.POSITIVE_INFINITY;
    for (const deadline of this.#open) {
      const { sentAt, lastChunkAt, hasToken, controller } = deadline;
      if (now - sentAt > totalMs) {
        controller.abort(new CutOff("timeout-total", `not finished within ${totalMs} ms`));
      } else if (!hasToken && now - sentAt > firstTokenMs) {
        controller.abort(new CutOff("timeout-first-token", `no token within ${firstTokenMs} ms`));
      } else if (hasToken && now - lastChunkAt > betweenChunksMs) {
        controller.abort(new CutOff("timeout-between-chunks", `no chunk for ${betweenChunksMs} ms`));
      } else nextAt = Math.min(nextAt, this.#lateAt(deadline, now));
    }
    this.#sweepBy(nextAt);
  }

  /** The first instant at which a request can be late, by what is known `now`: a token may come at once. */
  #lateAt({ sentAt, lastChunkAt, hasToken }: Deadline, now: number): number {
    const { firstTokenMs, betweenChunksMs, totalMs } = this.#limits;
    const chunkLateAt = (hasToken ? lastChunkAt : now) + betweenChunksMs;
    const tokenLateAt = hasToken ? Number.POSITIVE_INFINITY : sentAt + firstTokenMs;
    return Math.min(sentAt + totalMs, tokenLateAt, chunkLateAt);
  }

  #sweepBy(atMs: number): void {
    if (atMs >= this.#sweepAt) return;
    this.#disarm();
    this.#sweepAt = atMs;
    const leftMs = Math.max(SWEEP_MS, atMs - this.#clock.now());
    this.#timer = setTimeout(() => this.#sweep(), Math.min(leftMs, LONGEST_TIMER_MS));
  }

  #disarm(): void {
    clearTimeout(this.#timer);
    this.#sweepAt = Number.POSITIVE_INFINITY;
  }
}
