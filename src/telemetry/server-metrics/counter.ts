import { type Population, population } from "../../analysis/population.ts";
import type { CounterFigures } from "./figures.ts";
import type { SeriesHistory } from "./history.ts";
import { growthOf, total } from "./steps.ts";
import type { Stretch } from "./stretch.ts";

/** What a counter, all its series together, grew by; null where fewer than two scrapes saw the stretch. */
export function counterFigures(
  series: readonly SeriesHistory[],
  atMs: readonly number[],
  stretch: Stretch,
  intervalMs: number,
): CounterFigures | null {
  const { countedFrom: from, countedTo: to, countedS } = stretch;
  if (to <= from) return null;
  const each = series.map((one) => ({ one, growth: growthOf([one], from, to) }));
  const steps = new Float64Array(to - from);
  for (const { growth } of each) for (const [i, step] of growth.steps[0]!.entries()) steps[i]! += step;
  const increase = total(steps);
  return {
    type: "counter",
    increase,
    ratePerS: countedS > 0 ? increase / countedS : null,
    ratesPerS: ratesOf(steps, atMs, stretch, intervalMs),
    resets: Math.max(...each.map(({ growth }) => growth.resets)),
    series:
      series.length === 1
        ? []
        : each.map(({ one, growth }) => ({ labels: one.labels, increase: total(growth.steps[0]!) })),
  };
}

/** Rates from scrape to scrape. Two that lie closer than half the interval make one: a few counts in an instant are no rate. */
function ratesOf(
  steps: Float64Array,
  atMs: readonly number[],
  { countedFrom, last }: Stretch,
  intervalMs: number,
): Population | null {
  const rates: number[] = [];
  let counted = 0;
  let fromMs = atMs[countedFrom]!;
  for (let i = countedFrom + 1; i <= last; i++) {
    counted += steps[i - 1 - countedFrom]!;
    const lengthMs = atMs[i]! - fromMs;
    if (lengthMs < intervalMs / 2) continue;
    rates.push((1000 * counted) / lengthMs);
    counted = 0;
    fromMs = atMs[i]!;
  }
  return rates.length === 0 ? null : population(Float64Array.from(rates).sort());
}
