import type { Distribution } from "../../analysis/describe.ts";
import { describeHistogram } from "../../analysis/describe-histogram.ts";
import { LogHistogram } from "../../analysis/log-histogram.ts";
import { describeSample } from "./describe-metric.ts";
import type { MetricDefinition } from "./metric-table.ts";
import { isCensored, type RequestRecord } from "./record.ts";

/** Values of a metric, requests in the order given. */
export interface Sample {
  values: Float64Array;
  /** 1 where the truth is known only to be larger than the value. */
  isCensored: Uint8Array;
  /** For a pool: where each request's values begin. */
  clusters: Uint32Array | null;
}

/**
 * The sample of a metric over these records, which come in the order of their times. It is empty where no request has a value, however
 * many were cut off.
 */
export function sampleOf(metric: MetricDefinition, records: readonly RequestRecord[]): Sample {
  const collector = new SampleCollector(metric);
  for (const record of records) collector.add(record);
  return collector.sample();
}

/** Takes a metric's values from records, of which it keeps nothing else. */
export class SampleCollector {
  readonly #metric: MetricDefinition;
  readonly #mostPooled: number;
  #values: number[] = [];
  /** Where the values of each request that has some begin, and which of the requests taken it is. */
  #starts: number[] = [];
  #owners: number[] = [];
  readonly #cutOff: number[] = [];
  #known = 0;
  #taken = 0;
  /** In place of a pool's values, once there are more of them than are kept. */
  #histogram: LogHistogram | null = null;

  /** @param mostPooled values that a pool keeps; of more it keeps counts, which have no intervals */
  constructor(metric: MetricDefinition, mostPooled = Number.POSITIVE_INFINITY) {
    this.#metric = metric;
    this.#mostPooled = mostPooled;
  }

  add(r: RequestRecord): void {
    const owner = this.#taken++;
    const values = this.#values;
    const before = values.length;
    const { of, over, censoredFrom } = this.#metric;
    if (over === "successes" ? r.failure === null : r.sentAt !== null) {
      if (typeof of !== "function") of.pool(r, values);
      else addKnown(of(r), values);
      this.#known += values.length - before;
    } else if (censoredFrom !== undefined && isCensored(r) && typeof of === "function") {
      const value = of(r);
      const from = r[censoredFrom];
      addKnown(value ?? (from === null ? null : r.endAt - from), values);
      if (value !== null) this.#known++;
      else if (from !== null) this.#cutOff.push(before);
    }
    if (values.length === before) return;
    this.#starts.push(before);
    this.#owners.push(owner);
    if (typeof of !== "function" && (this.#histogram !== null || values.length > this.#mostPooled))
      this.#count();
  }

  /** @param order the requests taken, by number, in the order of their times; null: they came in it */
  sample(order: Uint32Array | null = null): Sample {
    const isPool = typeof this.#metric.of !== "function";
    if (this.#known === 0)
      return {
        values: new Float64Array(),
        isCensored: new Uint8Array(),
        clusters: isPool ? new Uint32Array() : null,
      };
    const given = Float64Array.from(this.#values);
    const flags = new Uint8Array(given.length);
    for (const i of this.#cutOff) flags[i] = 1;
    if (order === null)
      return { values: given, isCensored: flags, clusters: isPool ? Uint32Array.from(this.#starts) : null };
    const values = new Float64Array(given.length);
    const isCut = new Uint8Array(given.length);
    const clusters = new Uint32Array(this.#starts.length);
    const placeOf = new Int32Array(this.#taken).fill(-1);
    for (const [place, owner] of this.#owners.entries()) placeOf[owner] = place;
    let at = 0;
    let next = 0;
    for (const owner of order) {
      const place = placeOf[owner]!;
      if (place < 0) continue;
      const [from, to] = [this.#starts[place]!, this.#starts[place + 1] ?? given.length];
      clusters[next++] = at;
      values.set(given.subarray(from, to), at);
      isCut.set(flags.subarray(from, to), at);
      at += to - from;
    }
    return { values, isCensored: isCut, clusters: isPool ? clusters : null };
  }

  /** What the sample says; null for an empty one. @param order as for `sample` */
  describe(order: Uint32Array | null): Distribution | null {
    return this.#histogram === null ? describeSample(this.sample(order)) : describeHistogram(this.#histogram);
  }

  #count(): void {
    this.#histogram ??= new LogHistogram();
    for (const value of this.#values) this.#histogram.add(value);
    this.#values = [];
    this.#starts = [];
    this.#owners = [];
  }
}

function addKnown(value: number | null, into: number[]): void {
  if (value !== null) into.push(value);
}
