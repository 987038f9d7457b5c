import { Turns } from "../access/schedule.ts";
import type { Control } from "./control.ts";

/** What a reader may load, and how far ahead. */
export interface LeavePlan {
  worker: number;
  /** Of each reader, in samples of an epoch. */
  shares: readonly number[];
  /** How many of its microbatches the run takes. */
  count: number;
  /** How many of them it loads beyond the one that it is asked for. */
  ahead: number;
}

/**
 * When a reader may begin a microbatch: once the one `ahead` before it is asked for, which it is when all that come before that one in turn
 * are in memory. Each reader finds out by itself, so that the taker need not be woken for each microbatch.
 */
export class Leave {
  readonly #control: Control;
  readonly #plan: LeavePlan;
  /** Whose the microbatch at `#position` is, and its number there; all before it are known to be in memory. */
  readonly #turns: Turns;
  #position = 0;
  #worker: number;

  constructor(control: Control, plan: LeavePlan) {
    this.#control = control;
    this.#plan = plan;
    this.#turns = new Turns(plan.shares);
    this.#worker = this.#turns.next();
  }

  /** Whether the reader may begin its microbatch `k` now. `k` never falls from call to call. */
  has(k: number): boolean {
    return this.#reach(k, false);
  }

  /**
   * Waits until the reader may begin its microbatch `k`, all its own before that having been handed over.
   * @returns false when there is none, or the run is to end
   */
  await(k: number): boolean {
    return this.#reach(k, true);
  }

  #reach(k: number, mayWait: boolean): boolean {
    const { worker, count, ahead } = this.#plan;
    if (k >= count) return false;
    if (k < ahead) return this.#isAsked(0, mayWait);
    for (;;) {
      const own = this.#turns.given[this.#worker]! - 1;
      if (this.#worker === worker && own === k - ahead) return this.#isAsked(this.#position, mayWait);
      if (!this.#isReady(this.#worker, own, mayWait)) return false;
      this.#worker = this.#turns.next();
      this.#position++;
    }
  }

  #isAsked(position: number, mayWait: boolean): boolean {
    const control = this.#control;
    return mayWait ? control.awaitAsked(position) : control.isAsked(position);
  }

  #isReady(worker: number, k: number, mayWait: boolean): boolean {
    const control = this.#control;
    return mayWait ? control.awaitReady(worker, k) : control.isReady(worker, k);
  }
}
