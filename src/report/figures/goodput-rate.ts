import { measured } from "../numbers.ts";
import type { About } from "./about.ts";
import { fromZeroWithRoom } from "./axis.ts";
import { crossesKey, curveLayer } from "./curve-layer.ts";
import type { LoadSeries } from "./load-points.ts";
import { runStyle } from "./run-style.ts";
import { sizesOf } from "./sizes.ts";
import type { Figure, Layer, LegendEntry, Point } from "./spec.ts";
import { percent } from "./ticks.ts";

/** The highest rate at which enough requests are good, with its 95 % interval; a bound that is not known is null. */
export interface Capacity {
  /** Whose it is; null: there is only one. */
  name: string | null;
  ratePerS: number;
  low: number | null;
  high: number | null;
}

export interface GoodputTarget {
  /** The share of requests that has to be good; null: none was named. */
  share: number | null;
  /** What a good request keeps: `TTFT ≤ 500 ms, TPOT ≤ 50 ms`. */
  limits: string;
  /** Empty: not searched for, or not found. */
  capacities: readonly Capacity[];
  /** Which rate the points stand at. */
  rateName: string;
  /** Which requests the share is of, where it is not those of the window; null: those. */
  of: string | null;
}

/** Height of the first capacity's label, and of each after it above. */
const LABEL_AT = 0.04;
const LABEL_STEP = 0.05;

/** Share of good requests against the rate, with the share asked for and the capacities. @returns null where nothing has a goodput and a rate */
export function goodputRate(
  series: readonly LoadSeries[],
  target: GoodputTarget,
  about: About,
): Figure | null {
  const known = series.map((one) => ({
    ...one,
    points: one.points.filter(({ goodput, offeredPerS }) => goodput !== null && offeredPerS !== null),
  }));
  const points = known.flatMap((one) => one.points);
  if (points.length === 0) return null;
  const { capacities } = target;
  const layers = known.flatMap((one, s): Layer[] => {
    const style = runStyle(s);
    const spreads = one.points.map(({ offeredPerS, goodput }) => ({
      at: [offeredPerS!, goodput!.fraction] as const,
      low: goodput!.low,
      high: goodput!.high,
    }));
    const spots = one.points.map((load, i) => ({ at: spreads[i]!.at, load }));
    return [{ kind: "spreads", style, along: "y", spreads }, curveLayer(style, spots, one.isCurve)];
  });
  const marks: Layer[] = [];
  const labels: { at: Point; text: string }[] = [];
  if (target.share !== null) {
    marks.push({ kind: "rule", along: "y", at: target.share });
    labels.push({ at: [0, target.share], text: `${percent(target.share)} asked for` });
  }
  for (const [i, { name, ratePerS, low, high }] of capacities.entries()) {
    // Of several the intervals would cover one another.
    if (name === null && (low !== null || high !== null))
      marks.unshift({ kind: "zone", from: low, to: high });
    marks.push({ kind: "rule", along: "x", at: ratePerS });
    labels.push({
      at: [ratePerS, LABEL_AT + LABEL_STEP * i],
      text: `${name === null ? "" : `${name}: `}capacity ${measured(ratePerS)} req/s [${bound(low)} to ${bound(high)}]`,
    });
  }
  const hasZone = marks.some(({ kind }) => kind === "zone");
  const rates = points.map((point) => point.offeredPerS!);
  return {
    name: "goodput_rate",
    title: "Goodput against rate",
    subtitle: `${sizesOf(known)} · good: ${target.limits}${target.of === null ? "" : ` · ${target.of}`} · bars: 95 % intervals (Wilson)${hasZone ? " · shaded: interval of the capacity" : ""}`,
    caution: about.caution,
    panels: [
      {
        name: "Share of good requests, of all that fell due",
        y: { scale: "linear", domain: [0, 1.06], tight: true, format: percent },
        layers: [...marks, ...layers, { kind: "labels", labels }],
      },
    ],
    x: {
      ...fromZeroWithRoom([...rates, ...capacities.map(({ ratePerS, high }) => high ?? ratePerS)]),
      name: target.rateName,
    },
    legend: [
      ...(series.length === 1 ? [] : series).map(
        ({ name }, s): LegendEntry => ({
          text: name,
          key: { kind: "line", style: runStyle(s), marked: true },
        }),
      ),
      ...crossesKey(points),
    ],
    facts: about.facts,
    plotHeight: 420,
  };
}

function bound(perS: number | null): string {
  return perS === null ? "?" : measured(perS);
}
