import { describeSample } from "../../../benchmarks/serving/describe-metric.ts";
import { metricTable, sampleOf } from "../../../benchmarks/serving/metric-table.ts";
import { tokensReceived } from "../../../benchmarks/serving/metrics.ts";
import { isCensored, type RequestRecord } from "../../../benchmarks/serving/record.ts";
import {
  dueWithin,
  steadyWindow,
  timesOf,
  type Window,
  wholeWindow,
} from "../../../benchmarks/serving/windows.ts";
import type { SavedWindow } from "../../saved-summary.ts";

/** The windows of a run whose summary was never written, from its records alone: what needs the plan (service levels, cost) is null. */
export function windowsOfRecords(records: readonly RequestRecord[]): {
  whole: SavedWindow | null;
  steady: SavedWindow | null;
} {
  const run = records
    .filter(({ stage }) => stage === "run")
    .sort((a, b) => a.intendedAt - b.intendedAt || a.index - b.index);
  const steady = steadyWindow(run.map(timesOf));
  return {
    whole: windowOf(run, wholeWindow(run), null),
    steady: windowOf(run, steady, steady?.cut ?? null),
  };
}

function windowOf(
  run: readonly RequestRecord[],
  window: Window | null,
  warmupCut: string | null,
): SavedWindow | null {
  if (window === null) return null;
  const due = dueWithin(run, window);
  const failures = due.flatMap(({ failure }) => (failure === null ? [] : [failure.class]));
  const durationS = Math.max((window.endAt - window.startAt) / 1000, 1e-6);
  const isInside = ({ endAt }: RequestRecord) => endAt >= window.startAt && endAt <= window.endAt;
  const ended = run.filter((r) => r.failure === null && isInside(r)).length;
  const received = run.reduce(
    (sum, r) => sum + (r.sentAt === null ? 0 : tokensReceived(r, window.startAt, window.endAt)),
    0,
  );
  return {
    startUnixMs: null,
    durationS,
    warmupCut,
    requests: {
      total: due.length,
      succeeded: due.length - failures.length,
      failed: failures.length,
      censored: due.filter(isCensored).length,
      byClass: Object.fromEntries(
        [...Map.groupBy(failures, (name) => name)].map(([name, all]) => [name, all.length]),
      ),
    },
    requestThroughputPerS: ended / durationS,
    outputThroughputPerS: received / durationS,
    outputTokensReceived: received,
    goodput: null,
    stalls: null,
    steadiness: null,
    cost: null,
    metrics: Object.fromEntries(
      metricTable.map((metric) => {
        const found = describeSample(sampleOf(metric, due));
        return [metric.id, found === null ? null : { ...found, unit: metric.unit }];
      }),
    ),
  };
}
