import { type Cell, csvText } from "../../../results/csv.ts";
import { columns, filled, meanColumns, metricCells } from "../csv.ts";
import { type StorageSummaryFile, storageMetrics } from "./saved-summary.ts";

/** A row for each metric of each run; rates and shares stand under `mean`. What was not measured is an empty cell. */
export function storageCsv(summaries: readonly StorageSummaryFile[]): string {
  const rows = summaries.flatMap((summary) =>
    [...rateRows(summary), ...acceleratorRows(summary), ...metricRows(summary)].map((row) => [
      ...filled([summary.run.runName, "counted", ...row]),
      ...boundsOf(String(row[0]), summary),
    ]),
  );
  return csvText([...columns, ...meanColumns], rows);
}

/** The interval of what a row has under `mean`. */
function boundsOf(name: string, { throughput, metrics }: StorageSummaryFile): Cell[] {
  if (name === "sampleThroughput")
    return [throughput?.samplesPerSLow ?? null, throughput?.samplesPerSHigh ?? null];
  const { meanLow = null, meanHigh = null } = metrics[`${name}Ms` as keyof typeof metrics] ?? {};
  return [meanLow, meanHigh];
}

function rateRows({ steps, windowS, throughput, compute, jitterMs }: StorageSummaryFile): Cell[][] {
  return [
    ["duration", "s", null, windowS],
    ["stepsDone", "steps", steps.asked, steps.done],
    ["sampleThroughput", "samples/s", null, throughput?.samplesPerS ?? null],
    ["byteThroughput", "B/s", null, throughput?.bytesPerS ?? null],
    ["au", "share", null, compute.au],
    ["nullSourceAu", "share", null, compute.nullSourceAu],
    ["jitter", "ms", null, jitterMs],
  ];
}

/** Of --find-accelerators: how many were fed, and for each trial and each confirming run the AU, with the number of accelerators under `n`. */
function acceleratorRows({ accelerators }: StorageSummaryFile): Cell[][] {
  if (accelerators === null) return [];
  const { found, leastAu, trials, runs } = accelerators;
  return [
    ["acceleratorsFed", "accelerators", null, found],
    ["leastAu", "share", null, leastAu],
    ...trials.map(({ accelerators: n, au }): Cell[] => ["trialAu", "share", n, au]),
    ...runs.map(({ accelerators: n, au }): Cell[] => ["confirmingAu", "share", n, au]),
  ];
}

function metricRows({ metrics }: StorageSummaryFile): Cell[][] {
  return storageMetrics.map(([id]) => {
    const metric = metrics[id];
    const name = id.replace(/Ms$/, "");
    return metric === null ? [name, null, 0] : [name, "ms", ...metricCells(metric)];
  });
}
