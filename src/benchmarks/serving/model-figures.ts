import { wilson } from "../../analysis/wilson.ts";
import { describeSample } from "./describe-metric.ts";
import { goodputOf } from "./goodput.ts";
import { metricTable, sampleOf } from "./metric-table.ts";
import { tokensReceived } from "./metrics.ts";
import type { RequestRecord } from "./record.ts";
import { countRequests } from "./request-counts.ts";
import { startsSentAt } from "./sending.ts";
import type { SloSet } from "./slo.ts";
import { MODEL_METRICS, type ModelFigures } from "./summary-shape.ts";
import type { Window } from "./windows.ts";
import type { TrafficSplit } from "./workload/traffic-split.ts";

/**
 * Pure: what each of several models did, in their order.
 * @param run records of the run, in the order of their times
 * @param window the whole run
 */
export function modelFigures(
  run: readonly RequestRecord[],
  window: Window,
  split: TrafficSplit,
  slos: SloSet | null,
): ModelFigures[] {
  const { startAt, endAt } = window;
  const durationS = (endAt - startAt) / 1000;
  const sentInAll = startsSentAt(run).length;
  return split.models.map((model, i) => {
    const own = run.filter((r) => r.model === model);
    const requests = countRequests(own);
    const received = own.reduce(
      (sum, r) => sum + (r.sentAt === null ? 0 : tokensReceived(r, startAt, endAt)),
      0,
    );
    const metrics = Object.fromEntries(
      MODEL_METRICS.map((id) => {
        const metric = metricTable.find((one) => one.id === id)!;
        const distribution = describeSample(sampleOf(metric, own));
        return [id, distribution === null ? null : { unit: metric.unit, ...distribution }];
      }),
    ) as ModelFigures["metrics"];
    return {
      model,
      askedShare: split.weights[i]!,
      sentShare: wilson(startsSentAt(own).length, sentInAll),
      requests,
      requestThroughputPerS: requests.succeeded / durationS,
      outputThroughputPerS: received / durationS,
      goodput: slos === null ? null : goodputOf(own, slos, durationS),
      metrics,
    };
  });
}
