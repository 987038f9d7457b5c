import type { RequestRecord } from "../benchmarks/serving/record.ts";
import { WindowCollector } from "../benchmarks/serving/window-figures.ts";
import { steadyWindow, wholeWindow } from "../benchmarks/serving/windows.ts";
import type { RequestSpan } from "./figures/serving/collect.ts";
import type { SavedWindow } from "./saved-summary.ts";

/** Gaps of which each is kept, for intervals; more of them would be gigabytes, and hardly have an interval to be seen. */
const MOST_GAPS = 1_000_000;

export interface RecordWindows {
  whole: SavedWindow | null;
  steady: SavedWindow | null;
}

/**
 * The windows of a run whose summary was never written, from its records alone: what needs the plan (service levels, cost) is null.
 * @param spans of its requests, in the order of their times
 * @param feed hands over each record once more, in any order: no answer's chunks are kept between
 */
export function windowsOfRecords(
  spans: readonly RequestSpan[],
  feed: (take: (record: RequestRecord) => void) => void,
  mostGaps = MOST_GAPS,
): RecordWindows {
  const steady = steadyWindow(spans);
  const whole = wholeWindow(spans);
  const [ofWhole, ofSteady] = [whole, steady].map((window) =>
    window === null ? null : new WindowCollector(window, mostGaps),
  );
  feed((record) => {
    if (record.stage !== "run") return;
    ofWhole?.add(record);
    ofSteady?.add(record);
  });
  return {
    whole: savedWindow(ofWhole ?? null, null),
    steady: savedWindow(ofSteady ?? null, steady?.cut ?? null),
  };
}

function savedWindow(collector: WindowCollector | null, warmupCut: string | null): SavedWindow | null {
  if (collector === null) return null;
  const { requests, metrics, ...figures } = collector.finish();
  const { requestThroughputPerS, outputThroughputPerS } = figures;
  // As in summary.json: a run without a duration has no rates.
  const finite = (value: number) => (Number.isFinite(value) ? value : null);
  return {
    ...figures,
    startUnixMs: null,
    warmupCut,
    requests: { ...requests, byClass: { ...requests.byClass } },
    requestThroughputPerS: finite(requestThroughputPerS),
    outputThroughputPerS: finite(outputThroughputPerS),
    goodput: null,
    stalls: null,
    steadiness: null,
    cost: null,
    metrics,
  };
}
