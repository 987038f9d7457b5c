import type { ForeignMetric, ForeignResult } from "../../foreign/result.ts";
import { RunCollector } from "./collect.ts";
import type { ServingRun } from "./run.ts";
import type { SavedMetadata, SavedSummary } from "./saved-files.ts";

/** Another tool's result as a run in figures: the measures that come nearest to ours, without intervals. */
export function foreignRun(result: ForeignResult): ServingRun {
  const collector = new RunCollector();
  for (const record of result.records ?? []) collector.add(record);
  return {
    name: result.name,
    collected: collector.finish(),
    metadata: metadataOf(result),
    summary: summaryOf(result),
    gpuReadings: null,
  };
}

function metadataOf({ measuredBy, name, startedAt, backend, model, load }: ForeignResult): SavedMetadata {
  const { askedRatePerS, concurrency } = load;
  return {
    tool: measuredBy,
    version: null,
    runName: name,
    status: "complete",
    startedAt,
    clock: null,
    plan: {
      endpoint: null,
      backend,
      seed: null,
      load:
        askedRatePerS === null && concurrency !== null
          ? { kind: "closed", concurrency, arrival: null }
          : { kind: "open", concurrency, arrival: { kind: null, ratePerS: askedRatePerS } },
      request: { model },
      trafficSplit: null,
    },
    environment: null,
  };
}

function summaryOf({ load, durationS, requests, outputThroughputPerS, cost, metrics }: ForeignResult) {
  const known = metrics.flatMap((metric) =>
    metric.nearest === null ? [] : [[metric.nearest, metric] as const],
  );
  const whole: SavedSummary["whole"] =
    outputThroughputPerS === null
      ? null
      : {
          // Read for GPUs and steady windows alone, of which there are none.
          startUnixMs: 0,
          durationS,
          requests,
          outputThroughputPerS,
          goodput: null,
          cost,
          metrics: Object.fromEntries(
            known.map(([id, metric]) => [id, savedMetric(metric, requests.succeeded)]),
          ),
        };
  const summary: SavedSummary = {
    benchmark: "serving",
    // Nobody checked the client, and nothing is said of it.
    validity: { verdict: "fit", reasons: [] },
    slos: null,
    load,
    whole,
    steady: null,
  };
  return summary;
}

function savedMetric({ n, quantiles }: ForeignMetric, succeeded: number) {
  const known = Object.entries(quantiles).flatMap(([name, value]) =>
    value === null ? [] : [[name, { value, low: null, high: null, small: false }] as const],
  );
  return { n: n ?? succeeded, quantiles: Object.fromEntries(known) };
}
