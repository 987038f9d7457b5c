import type { Clock } from "../../../core/clock.ts";
import { CutOff } from "./failure.ts";

/** Time-outs in ms; Infinity is none. */
export interface TimeLimits {
  firstTokenMs: number;
  betweenChunksMs: number;
  totalMs: number;
}

/** How often the requests in flight are looked through. A time-out fires up to this much late. */
const SWEEP_MS = 50;

/** One request's place in the sweep; the client keeps `lastChunkAt` and `hasToken` up to date. */
export interface Deadline {
  readonly sentAt: number;
  readonly controller: AbortController;
  lastChunkAt: number;
  hasToken: boolean;
}

/** Ends requests that take too long: one timer for all, instead of a timer for each request and chunk. */
export class Deadlines {
  readonly #limits: TimeLimits;
  readonly #clock: Clock;
  readonly #open = new Set<Deadline>();
  #timer: ReturnType<typeof setInterval> | undefined;

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
    this.#timer ??= setInterval(() => this.#sweep(), SWEEP_MS);
    return deadline;
  }

  stop(deadline: Deadline): void {
    this.#open.delete(deadline);
    if (this.#open.size === 0) {
      clearInterval(this.#timer);
      this.#timer = undefined;
    }
  }

  /** Ends everything that is still open, because the run is over. */
  abortAll(message: string): void {
    for (const { controller } of this.#open) controller.abort(new CutOff("aborted", message));
  }

  #sweep(): void {
    const now = this.#clock.now();
    const { firstTokenMs, betweenChunksMs, totalMs } = this.#limits;
    for (const { sentAt, lastChunkAt, hasToken, controller } of this.#open) {
      if (now - sentAt > totalMs) {
        controller.abort(new CutOff("timeout-total", `not finished within ${totalMs} ms`));
      } else if (!hasToken && now - sentAt > firstTokenMs) {
        controller.abort(new CutOff("timeout-first-token", `no token within ${firstTokenMs} ms`));
      } else if (hasToken && now - lastChunkAt > betweenChunksMs) {
        controller.abort(new CutOff("timeout-between-chunks", `no chunk for ${betweenChunksMs} ms`));
      }
    }
  }
}
