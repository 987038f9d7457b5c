import { LogHistogram } from "../../../analysis/log-histogram.ts";
import { TimeBins } from "../../../analysis/time-bins.ts";
import { addChunkGaps, addTokenGaps, eachArrival, ttftMs } from "../../../benchmarks/serving/metrics.ts";
import { isCensored, type RequestRecord } from "../../../benchmarks/serving/record.ts";
import { type RequestTimes, timesOf } from "../../../benchmarks/serving/windows.ts";

/** What figures need of one request; instants in ms on the run's clock. */
export interface RequestSpan extends RequestTimes {
  /** Number in the plan. */
  index: number;
  /** NaN in another tool's result that does not say when its requests were sent. */
  intendedAt: number;
  firstTokenAt: number | null;
  /** TTFT wherever it is known: of a success, and of a request that the end of the run cut off after its first token; ms. */
  knownTtftMs: number | null;
  /** By itself or by the server, not by the end of the run. */
  failed: boolean;
  /** Cut off by the end of the run. */
  unfinished: boolean;
}

/** A run's records, as far as figures show them: some numbers a request, whatever the length of the answers. */
export interface CollectedRun {
  /** Without the warm-up, by intended send time. */
  spans: readonly RequestSpan[];
  /** Gaps between tokens and between chunks of successful answers, ms; without values where tokens are not known. */
  itl: LogHistogram;
  icl: LogHistogram;
  /** Output tokens by when they came, of failed requests too. */
  tokens: TimeBins;
}

/** Takes records in any order and keeps no chunk of them. */
export class RunCollector {
  readonly #spans: RequestSpan[] = [];
  readonly #itl = new LogHistogram();
  readonly #icl = new LogHistogram();
  readonly #tokens = new TimeBins();

  add(record: RequestRecord): void {
    if (record.stage !== "run") return;
    const { index, firstTokenAt, failure } = record;
    const unfinished = isCensored(record);
    const failed = failure !== null && !unfinished;
    const knownTtftMs = failed ? null : ttftMs(record);
    this.#spans.push({ ...timesOf(record), index, firstTokenAt, knownTtftMs, failed, unfinished });
    if (record.sentAt !== null) eachArrival(record, (at, tokens) => this.#tokens.add(at, tokens));
    if (failure !== null) return;
    addAll(record, addTokenGaps, this.#itl);
    addAll(record, addChunkGaps, this.#icl);
  }

  finish(): CollectedRun {
    this.#spans.sort((a, b) => a.intendedAt - b.intendedAt || a.index - b.index);
    return { spans: this.#spans, itl: this.#itl, icl: this.#icl, tokens: this.#tokens };
  }
}

function addAll(
  record: RequestRecord,
  pool: (r: RequestRecord, into: number[]) => void,
  into: LogHistogram,
): void {
  const gaps: number[] = [];
  pool(record, gaps);
  for (const gap of gaps) into.add(gap);
}
