import { wilson } from "../../analysis/wilson.ts";
import { isCensored, type RequestRecord } from "./record.ts";
import { missedSlos, type SloSet } from "./slo.ts";
import type { Goodput } from "./summary-shape.ts";

/** @param due the requests that fell due in a window of `durationS` @returns null where there are none */
export function goodputOf(due: readonly RequestRecord[], set: SloSet, durationS: number): Goodput | null {
  const collector = new GoodputCollector(set);
  for (const record of due) collector.add(record);
  return collector.finish(durationS);
}

/** Takes the requests that fell due in a window one by one, and keeps none. */
export class GoodputCollector {
  readonly #set: SloSet;
  readonly #missed: Record<string, number>;
  #failed = 0;
  #unfinished = 0;
  #good = 0;
  #total = 0;

  constructor(set: SloSet) {
    this.#set = set;
    this.#missed = Object.fromEntries(set.slos.map(({ name }) => [name, 0]));
  }

  add(record: RequestRecord): void {
    this.#total++;
    if (record.failure !== null) {
      if (isCensored(record)) this.#unfinished++;
      else this.#failed++;
      return;
    }
    const names = missedSlos(record, this.#set.slos);
    for (const name of names) this.#missed[name]!++;
    if (names.length === 0) this.#good++;
  }

  /** @param durationS of the window @returns null where no request fell due in it */
  finish(durationS: number): Goodput | null {
    if (this.#total === 0) return null;
    const [good, total] = [this.#good, this.#total];
    const fraction = good / total;
    const { low, high } = wilson(good, total) as { low: number; high: number };
    const { share } = this.#set;
    const missed = { ...this.#missed, failed: this.#failed, unfinished: this.#unfinished };
    const isMet = share === null ? null : fraction >= share;
    return { good, total, fraction, low, high, perS: good / durationS, missed, isMet };
  }
}
