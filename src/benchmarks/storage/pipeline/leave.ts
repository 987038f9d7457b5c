import { countBefore } from "../access/schedule.ts";
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
 * are in memory. Each reader finds out by itself, so that the taker need not be woken for each microbatch. `k` never falls from call to call.
 */
export class Leave {
  readonly #control: Control;
  readonly #plan: LeavePlan;
  /** The microbatch that has to be asked for; its place among all; and how many of each reader's come before it. */
  #target = -1;
  #position = 0;
  readonly #before: Uint32Array;
  /** So many readers, from the one in front of this one backwards, have handed those over. */
  #known = 0;

  constructor(control: Control, plan: LeavePlan) {
    this.#control = control;
    this.#plan = plan;
    this.#before = new Uint32Array(plan.shares.length);
  }

  /** Whether the reader may begin its microbatch `k` now. */
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
    const { worker, shares, count, ahead } = this.#plan;
    if (k >= count) return false;
    if (k < ahead) return this.#isAsked(0, mayWait);
    if (this.#target !== k - ahead) {
      this.#target = k - ahead;
      this.#position = countBefore(shares, worker, this.#target, this.#before);
      this.#known = 0;
    }
    // Backwards: the last one before it waited for those in front of that, so that there is often nothing else to wait for.
    for (; this.#known < shares.length; this.#known++) {
      const other = (worker - 1 - this.#known + 2 * shares.length) % shares.length;
      const before = this.#before[other]!;
      if (before > 0 && !this.#isReady(other, before - 1, mayWait)) return false;
    }
    return this.#isAsked(this.#position, mayWait);
  }

  #isAsked(position: number, mayWait: boolean): boolean {
    const control = this.#control;
    return mayWait ? control.awaitAsked(position, this.#plan.worker) : control.isAsked(position);
  }

  #isReady(worker: number, k: number, mayWait: boolean): boolean {
    const control = this.#control;
    return mayWait ? control.awaitReady(worker, k) : control.isReady(worker, k);
  }
}
