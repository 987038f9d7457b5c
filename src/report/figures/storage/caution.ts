import { isMostlyCached } from "../../../benchmarks/storage/need.ts";
import { percent } from "../../numbers.ts";
import { statusText } from "../serving/caution.ts";
import type { StorageRun } from "./run.ts";
import type { SavedSummary } from "./saved-files.ts";

/** What to know before believing the figures of these runs; null where nothing speaks against them. */
export function cautionOf(runs: readonly StorageRun[]): string | null {
  const found = runs.flatMap((run) =>
    problemsOf(run, runs.length === 1).map((text) => ({ name: run.name, text })),
  );
  if (found.length === 0) return null;
  return [...Map.groupBy(found, ({ text }) => text)]
    .map(([text, of]) => (runs.length === 1 ? text : `${text}: ${of.map(({ name }) => name).join(", ")}`))
    .join(" · ");
}

/** @param isAlone whether there is room for the reasons of a verdict */
function problemsOf({ rows, metadata, summary }: StorageRun, isAlone: boolean): string[] {
  if (rows.writer === "python")
    return [
      "Rows of the Python tool: a sample is one file, which is what it reads for a microbatch; warm-up is counted",
    ];
  const { verdict = "fit", reasons = [] } = summary?.validity ?? {};
  const status = statusText(metadata?.status ?? null, summary !== null);
  const missing = ranksOf(metadata) - rows.ranks.length;
  return [
    ...(status === null ? [] : [status]),
    ...cacheTexts(summary, isAlone),
    ...(missing > 0 ? [`Rows of ${missing} of ${ranksOf(metadata)} ranks are not here`] : []),
    ...(verdict === "fit" ? [] : [`Harness ${verdict}${isAlone ? `: ${reasons.join(", ")}` : ""}`]),
  ];
}

/** Pictures stand alone: memory's speed must not pass for the storage's, unless it was asked for. */
function cacheTexts(summary: SavedSummary | null, isAlone: boolean): string[] {
  if (summary === null) return [];
  const { run, cache, reads } = summary;
  if (run === null || cache === null || reads === null) return [];
  if (cache.asked === "warm" || reads.processRatio === null) return [];
  if (!isMostlyCached({ run, cache, reads })) return [];
  const share = isAlone ? `: ${percent(reads.processRatio)} of the bytes came from storage` : "";
  return [`Mostly read from the page cache${share}`];
}

function ranksOf(metadata: StorageRun["metadata"]): number {
  const ranks = metadata?.plan?.ranks as { ranks?: unknown } | null | undefined;
  return typeof ranks?.ranks === "number" ? ranks.ranks : 1;
}
