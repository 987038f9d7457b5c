import { type Population, population } from "../../analysis/population.ts";
import type { GaugeFigures } from "./figures.ts";
import type { SeriesHistory } from "./history.ts";
import { valuesWithin } from "./steps.ts";
import type { Stretch } from "./stretch.ts";

/** Shares of something, and speeds of one engine each: several make no sum. */
const NO_SUM = /perc|percent|usage|ratio|hit_rate|utili[sz]ation|accept|_time/;

/** A gauge over the scrapes inside a stretch; null where there is no value. */
export function gaugeFigures(
  series: readonly SeriesHistory[],
  atMs: readonly number[],
  stretch: Stretch,
): GaugeFigures | null {
  const { first, last } = stretch;
  if (last < first) return null;
  const each = series.map((one) => ({ one, values: valuesWithin(one, first, last) }));
  const combined = series.length === 1 ? null : NO_SUM.test(series[0]!.family) ? "mean" : "sum";
  const all = Float64Array.from(each[0]!.values, (_, i) => {
    const known = each.map(({ values }) => values[i]!).filter((value) => Number.isFinite(value));
    const sum = known.reduce((a, b) => a + b, 0);
    // Without one of the parts the sum is not known.
    if (combined === "mean") return sum / known.length;
    return known.length === each.length ? sum : Number.NaN;
  });
  const spread = spreadOf(all, atMs, stretch);
  if (spread === null) return null;
  return {
    type: "gauge",
    ...spread,
    combined,
    series:
      combined === null
        ? []
        : each.flatMap(({ one, values }) => {
            const own = spreadOf(values, atMs, stretch);
            return own === null ? [] : [{ labels: one.labels, ...own }];
          }),
  };
}

function spreadOf(values: Float64Array, atMs: readonly number[], stretch: Stretch): Population | null {
  const known = values.filter((value) => Number.isFinite(value));
  if (known.length === 0) return null;
  return { ...population(known.sort()), mean: meanOverTime(values, atMs, stretch) };
}

/** Each sample stands for the time that it is the nearest. */
function meanOverTime(
  values: Float64Array,
  atMs: readonly number[],
  { first, fromMs, toMs }: Stretch,
): number {
  const known = [...values.keys()].filter((i) => Number.isFinite(values[i]!));
  const at = known.map((i) => atMs[first + i]!);
  const between = at.slice(1).map((next, i) => (at[i]! + next) / 2);
  const edges = [fromMs, ...between, toMs];
  if (toMs <= fromMs) return values[known[0]!]!;
  const area = known.reduce((sum, i, k) => sum + values[i]! * (edges[k + 1]! - edges[k]!), 0);
  return area / (toMs - fromMs);
}
