import { describe } from "../../../analysis/describe.ts";
import type { LoadedRun } from "../../figures/storage/facts.ts";
import { joined, ofCountedSteps } from "../../figures/storage/rank-rows.ts";
import type { StorageSummaryFile } from "./saved-summary.ts";

/** What the rows of a run without a summary (it was killed) say, as a summary would; what needs the whole run is null. */
export function summaryOfRows({ run, loading }: LoadedRun): StorageSummaryFile {
  const { metadata, name, rows } = run;
  const plan = metadata?.plan ?? {};
  const count = (key: string) => (typeof plan[key] === "number" ? plan[key] : 0);
  const { throughput, stepMs, microbatchMs } = loading;
  const steps = joined(
    rows.ranks.map(({ steps: { step, askedAt, computeEndAt } }) =>
      ofCountedSteps(
        step,
        computeEndAt.map((endAt, i) => endAt - askedAt[i]!),
      ),
    ),
  );
  return {
    run: {
      version: metadata?.version ?? "",
      runName: name,
      startedAt: metadata?.startedAt ?? "",
      dataRoot: String(plan.dataRoot ?? ""),
      layout: String(plan.layout ?? ""),
      seed: count("seed"),
    },
    steps: {
      asked: count("steps") * rows.ranks.length,
      done: throughput.steps,
      globalBatchSize: count("globalBatchSize"),
      microbatchSize: count("microbatchSize"),
    },
    loader: { workers: count("workers"), prefetchDepth: count("prefetchDepth") },
    windowS: throughput.windowS,
    throughput: {
      samplesPerS: throughput.samplesPerS,
      samplesPerSLow: throughput.low,
      samplesPerSHigh: throughput.high,
      bytesPerS: throughput.bytesPerS ?? 0,
    },
    metrics: {
      microbatchLoadMs: microbatchMs,
      microbatchCopyMs: null,
      microbatchWaitMs: null,
      stepLoadMs: stepMs,
      stepMs: describe(steps),
      firstByteMs: null,
    },
    jitterMs: null,
    compute: { au: null, nullSourceAu: null },
    validity: { verdict: "doubtful", reasons: ["not known: the run did not come to its end"] },
    accelerators: null,
    gates: [],
    wasKilled: true,
    warnings: [],
  };
}
