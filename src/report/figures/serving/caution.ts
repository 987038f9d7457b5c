import { formatNumber } from "../../../core/units.ts";
import { isForeign } from "./facts.ts";
import type { ServingRun } from "./run.ts";
import type { SavedMetadata } from "./saved-files.ts";

/** What to know before believing a run's figures, in a sentence or two; null where nothing speaks against them. */
export function cautionOf(run: ServingRun): string | null {
  const { metadata, summary } = run;
  const lost = lostRecords(run);
  const status = statusText(metadata?.status ?? null, summary !== null);
  const { verdict = "fit", reasons = [] } = summary?.validity ?? {};
  const parts = [
    ...foreignParts(metadata),
    ...(status === null ? [] : [status + (summary === null ? "; shown is what it wrote until then" : "")]),
    ...(lost === null ? [] : [lost]),
    ...(verdict === "fit" ? [] : [`Client ${verdict}: ${reasons.join(", ")}`]),
  ];
  return parts.length === 0 ? null : parts.join(" · ");
}

/** The same of several runs, in fewer words: what it is, and of which runs. */
export function comparisonCaution(runs: readonly ServingRun[]): string | null {
  const found = runs.flatMap((run) => {
    const { name, metadata, summary } = run;
    const lost = lostRecords(run);
    const status = statusText(metadata?.status ?? null, summary !== null);
    const verdict = summary?.validity.verdict ?? "fit";
    return [
      ...foreignParts(metadata).map((text) => ({ name, text })),
      ...(status === null ? [] : [{ name, text: status }]),
      ...(lost === null ? [] : [{ name, text: lost }]),
      ...(verdict === "fit" ? [] : [{ name, text: `Client ${verdict}` }]),
    ];
  });
  const byText = Map.groupBy(found, ({ text }) => text);
  return found.length === 0
    ? null
    : [...byText].map(([text, of]) => `${text}: ${of.map(({ name }) => name).join(", ")}`).join(" · ");
}

/** That records are missing which the summary was made of; null: they are all there. */
export function lostRecords({ metadata, summary, collected }: ServingRun): string | null {
  const total = summary?.whole?.requests.total ?? 0;
  const kept = collected.spans.length;
  if (isForeign(metadata) || kept >= total) return null;
  return `Only ${formatNumber(kept)} of the ${formatNumber(total)} requests of summary.json are in requests.jsonl, which was cut off: distributions, courses over time and requests are of those alone`;
}

function foreignParts(metadata: SavedMetadata | null): string[] {
  return isForeign(metadata) ? [`Measured by ${metadata!.tool}, by its own definitions`] : [];
}

/** Why a run is not whole; null: it is. */
export function statusText(status: string | null, hasSummary: boolean): string | null {
  switch (status) {
    case "complete":
      return null;
    case "interrupted":
      return "Incomplete, the run was interrupted";
    case "failed":
      return "The run failed";
    default:
      return hasSummary ? null : "Incomplete, the run did not come to its end";
  }
}
