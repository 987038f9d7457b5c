import { wilson } from "../../analysis/wilson.ts";
import { goodputOf } from "./goodput.ts";
import type { RequestRecord } from "./record.ts";
import { startsSentAt } from "./sending.ts";
import type { SloSet } from "./slo.ts";
import { MODEL_METRICS, type ModelFigures } from "./summary-shape.ts";
import { windowFigures } from "./window-figures.ts";
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
  const sentInAll = startsSentAt(run).length;
  return split.models.map((model, i) => {
    const own = run.filter((r) => r.model === model);
    const { durationS, requests, requestThroughputPerS, outputThroughputPerS, metrics } = windowFigures(
      own,
      window,
    );
    return {
      model,
      askedShare: split.weights[i]!,
      sentShare: wilson(startsSentAt(own).length, sentInAll),
      requests,
      requestThroughputPerS,
      outputThroughputPerS,
      goodput: slos === null ? null : goodputOf(own, slos, durationS),
      metrics: Object.fromEntries(
        MODEL_METRICS.map((id) => [id, metrics[id] ?? null]),
      ) as ModelFigures["metrics"],
    };
  });
}
