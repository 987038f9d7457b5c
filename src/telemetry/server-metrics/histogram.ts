import { type Bucket, bucketMax, bucketMin, bucketQuantile } from "./buckets.ts";
import { numberOf } from "./exposition.ts";
import type { HistogramFigures } from "./figures.ts";
import type { SeriesHistory } from "./history.ts";
import { growthOf, total } from "./steps.ts";
import type { Stretch } from "./stretch.ts";

/**
 * What a histogram, all its series together, took in; null where fewer than two scrapes saw the stretch, or it does not count. A metric of type
 * summary has no buckets.
 */
export function histogramFigures(
  series: readonly SeriesHistory[],
  stretch: Stretch,
): HistogramFigures | null {
  const { countedFrom: from, countedTo: to } = stretch;
  if (to <= from) return null;
  const counters = series.filter(({ part }) => part !== "value");
  const origins = Map.groupBy(counters, ({ labels: { le: _, ...labels } }) =>
    JSON.stringify(Object.entries(labels).sort()),
  );
  const parts = [...origins.values()].map((origin) => {
    const { steps, resets } = growthOf(origin, from, to);
    return { resets, grown: origin.map((one, i) => ({ one, by: total(steps[i]!) })) };
  });
  const grown = parts.flatMap((part) => part.grown);
  const of = (part: SeriesHistory["part"]) => grown.filter(({ one }) => one.part === part);
  const sumOf = (part: SeriesHistory["part"]) => of(part).reduce((sum, { by }) => sum + by, 0);
  if (of("count").length === 0) return null;
  const buckets = bucketsOf(of("bucket"), parts.length);
  const n = sumOf("count");
  return {
    type: "histogram",
    n,
    mean: n > 0 && of("sum").length > 0 ? sumOf("sum") / n : null,
    min: bucketMin(buckets),
    max: bucketMax(buckets),
    p50: bucketQuantile(buckets, 0.5),
    p90: bucketQuantile(buckets, 0.9),
    p95: bucketQuantile(buckets, 0.95),
    p99: bucketQuantile(buckets, 0.99),
    resets: Math.max(0, ...parts.map(({ resets }) => resets)),
  };
}

/** Cumulative counts add up at bounds that all origins have; others are left out. */
function bucketsOf(grown: readonly { one: SeriesHistory; by: number }[], origins: number): Bucket[] {
  const byBound = Map.groupBy(grown, ({ one }) => numberOf(one.labels.le ?? "") ?? Number.NaN);
  return [...byBound]
    .filter(([le, parts]) => !Number.isNaN(le) && parts.length === origins)
    .map(([le, parts]) => ({ le, count: parts.reduce((sum, { by }) => sum + by, 0) }))
    .sort((a, b) => a.le - b.le);
}
