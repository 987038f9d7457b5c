import type { Clock } from "../../../core/clock.ts";
import type { Control } from "./control.ts";

/**
 * The last so much of a step is waited in a loop: with sharp timers the kernel wakes a sleeper within it, unless others have the
 * processors. Who sleeps most of the time is given one sooner then: with as many busy threads as processors, steps of 0.4 ms were 4 %
 * too long, where they were 14 % with all of it in the loop.
 */
const SPIN_MS = 0.1;
/** How much of a step's time may make up for earlier ones that were too long. */
const MOST_BACK = 0.05;
/**
 * How much there may be to make up for, in steps: with 0.4 ms the 4 ms that the kernel lets another thread run, made up for in 200 steps.
 * What a longer stall is beyond that stays an error: else a run of steps that are all too short would have none.
 */
const MOST_DEBT = 10;

/**
 * Stands in for an accelerator's work. Steps are too long by what the kernel wakes this thread late; the next ones are shorter by as
 * much, each by at most 5 % and all by at most ten steps' time, so that their total is right where the lateness is small.
 */
export class EmulatedCompute {
  readonly #clock: Clock;
  readonly #control: Control;
  /** How much too long the steps until now were, as far as it is made up for, in ms. */
  #lateMs = 0;
  /** The longest step that was asked for until now. */
  #longestMs = 0;

  constructor(clock: Clock, control: Control) {
    this.#clock = clock;
    this.#control = control;
  }

  /** From now on nothing is made up for of what was before. */
  forget(): void {
    this.#lateMs = 0;
  }

  /** Works for `ms` from the instant `fromAt` on, or until the run is to end. @returns the instant at the end */
  run(fromAt: number, ms: number): number {
    const untilAt = fromAt + ms - Math.min(this.#lateMs, MOST_BACK * ms);
    const sleepMs = untilAt - this.#clock.now() - SPIN_MS;
    if (sleepMs > 0) this.#control.pause(sleepMs);
    let now = this.#clock.now();
    while (now < untilAt && !this.#control.isStopped) now = this.#clock.now();
    this.#longestMs = Math.max(this.#longestMs, ms);
    const lateMs = Math.max(0, this.#lateMs + now - fromAt - ms);
    this.#lateMs = Math.min(lateMs, MOST_DEBT * this.#longestMs);
    return now;
  }
}
