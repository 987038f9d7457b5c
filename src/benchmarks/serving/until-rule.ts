import type { Distribution } from "../../analysis/describe.ts";
import { type Estimate, isNarrow, nextLook, relativeHalfWidth } from "../../analysis/sequential.ts";
import { describeSample } from "./describe-metric.ts";
import { metricNamed } from "./metric-table.ts";
import type { RequestRecord } from "./record.ts";
import { sampleOf } from "./sample.ts";
import type { UntilCondition, UntilOutcome } from "./until.ts";
import { type RequestTimes, steadyWindow, timesOf, type Window } from "./windows.ts";

/** What the rule keeps of a finished request. */
export interface UntilSample extends RequestTimes {
  /** One list for each condition: the request's values of its metric; none for a failure. */
  values: readonly Float64Array[];
}

/** @returns null for a request of the warm-up */
export function untilSampleOf(
  record: RequestRecord,
  conditions: readonly UntilCondition[],
): UntilSample | null {
  if (record.stage === "warmup") return null;
  // A request that the run's end cut off comes after all looks; what is known of it is the summary's.
  return {
    ...timesOf(record),
    values: conditions.map(({ metric }) => sampleOf(metricNamed(metric)!, [record]).values),
  };
}

/**
 * Whether a run knows enough: all conditions hold at once, over the steady window of the requests finished so far. It looks only as the
 * sample has grown (nextLook), so that it may be asked after each request; a look takes 2 ms over 2,000 requests and
 * 130 ms over 100,000, too long for the thread that sends.
 */
export class UntilRule {
  readonly #conditions: readonly UntilCondition[];
  readonly #samples: UntilSample[] = [];
  #lookAt = nextLook(0);
  #lookedAt = 0;
  #outcomes: UntilOutcome[];

  constructor(conditions: readonly UntilCondition[]) {
    this.#conditions = conditions;
    this.#outcomes = conditions.map((condition) => outcomeOf(condition, null, null));
  }

  add(record: RequestRecord): void {
    const sample = untilSampleOf(record, this.#conditions);
    if (sample !== null) this.addSample(sample);
  }

  addSample(sample: UntilSample): void {
    this.#samples.push(sample);
  }

  /** Whether the conditions hold; once they do, they are not looked at again. */
  isReached(): boolean {
    if (!this.#holds() && this.#samples.length >= this.#lookAt) this.#look();
    return this.#holds();
  }

  /** How the conditions stood at the last look. */
  get outcomes(): readonly UntilOutcome[] {
    return this.#outcomes;
  }

  /** One more look at what came since the last one, for a run that ended before its conditions held. */
  finish(): readonly UntilOutcome[] {
    if (!this.#holds() && this.#samples.length > this.#lookedAt) this.#look();
    return this.#outcomes;
  }

  #holds(): boolean {
    return this.#outcomes.every(({ reached }) => reached);
  }

  #look(): void {
    const samples = this.#samples.sort((a, b) => a.intendedAt - b.intendedAt);
    this.#lookedAt = samples.length;
    this.#lookAt = nextLook(samples.length);
    const window = steadyWindow(samples);
    const lastEnd = samples.reduce((latest, { endAt }) => Math.max(latest, endAt), 0);
    const atMs = lastEnd - samples[0]!.intendedAt;
    this.#outcomes = this.#conditions.map((condition, i) =>
      outcomeOf(condition, window && distributionOf(condition, i, samples, window), atMs),
    );
  }
}

/** The values of condition number i of the requests that fell due in the window. */
function distributionOf(
  { metric }: UntilCondition,
  i: number,
  samples: readonly UntilSample[],
  { startAt, endAt }: Window,
): Distribution | null {
  const lists = samples
    .filter((sample) => sample.intendedAt >= startAt && sample.intendedAt <= endAt)
    .map(({ values }) => values[i]!)
    .filter(({ length }) => length > 0);
  const values = new Float64Array(lists.reduce((total, { length }) => total + length, 0));
  const starts = new Uint32Array(lists.length);
  let at = 0;
  for (const [list, part] of lists.entries()) {
    starts[list] = at;
    values.set(part, at);
    at += part.length;
  }
  const clusters = typeof metricNamed(metric)!.of === "function" ? null : starts;
  return describeSample({ values, isCensored: new Uint8Array(values.length), clusters });
}

function outcomeOf(
  { text, metric, statistic, share }: UntilCondition,
  distribution: Distribution | null,
  atMs: number | null,
): UntilOutcome {
  const of = { condition: text, unit: metricNamed(metric)!.unit, atMs };
  if (distribution === null) return { ...of, reached: false, value: null, relativeHalfWidth: null };
  const { mean, meanLow, meanHigh, quantiles } = distribution;
  const estimate: Estimate =
    statistic === "mean" ? { value: mean, low: meanLow, high: meanHigh } : quantiles[statistic];
  return {
    ...of,
    reached: isNarrow(estimate, share),
    value: estimate.value,
    relativeHalfWidth: relativeHalfWidth(estimate),
  };
}
