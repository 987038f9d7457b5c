import { measured } from "../numbers.ts";
import type { About } from "./about.ts";
import { fromZeroWithRoom } from "./axis.ts";
import type { LoadSeries } from "./load-points.ts";
import { runStyle } from "./run-style.ts";
import { sizesOf } from "./sizes.ts";
import type { Figure, Layer, Point } from "./spec.ts";
import { percent } from "./ticks.ts";

/** The highest rate at which enough requests are good, with its 95 % interval. */
export interface Capacity {
  ratePerS: number;
  low: number;
  high: number;
}

export interface GoodputTarget {
  /** The share of requests that has to be good; null: none was named. */
  share: number | null;
  /** What a good request keeps: `TTFT ≤ 500 ms, TPOT ≤ 50 ms`. */
  limits: string;
  /** null: not searched for, or not found. */
  capacity: Capacity | null;
}

/** Share of good requests against the rate, with the share asked for and the capacity. @returns null where nothing has a goodput and a rate */
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
  const { capacity } = target;
  const layers = known.flatMap((one, s): Layer[] => {
    const style = runStyle(s);
    const spreads = one.points.map(({ offeredPerS, goodput }) => ({
      at: [offeredPerS!, goodput!.fraction] as const,
      low: goodput!.low,
      high: goodput!.high,
    }));
    const at = spreads.map((spread) => spread.at);
    return [
      { kind: "spreads", style, along: "y", spreads },
      one.isCurve ? { kind: "line", style, points: at, marked: true } : { kind: "points", style, points: at },
    ];
  });
  const marks: Layer[] = [];
  const labels: { at: Point; text: string }[] = [];
  if (target.share !== null) {
    marks.push({ kind: "rule", along: "y", at: target.share });
    labels.push({ at: [0, target.share], text: `${percent(target.share)} asked for` });
  }
  if (capacity !== null) {
    const { ratePerS, low, high } = capacity;
    marks.unshift({ kind: "zone", from: low, to: high });
    marks.push({ kind: "rule", along: "x", at: ratePerS });
    labels.push({
      at: [ratePerS, 0.04],
      text: `capacity ${measured(ratePerS)} req/s [${measured(low)} to ${measured(high)}]`,
    });
  }
  const rates = points.map((point) => point.offeredPerS!);
  return {
    name: "goodput_rate",
    title: "Goodput against rate",
    subtitle: `${sizesOf(known)} · good: ${target.limits} · bars: 95 % intervals (Wilson)${capacity === null ? "" : " · shaded: interval of the capacity"}`,
    caution: about.caution,
    panels: [
      {
        name: "Share of good requests, of all that fell due",
        y: { scale: "linear", domain: [0, 1.06], tight: true, format: percent },
        layers: [...marks, ...layers, { kind: "labels", labels }],
      },
    ],
    x: { ...fromZeroWithRoom([...rates, capacity?.high ?? 0]), name: "Requests sent per second" },
    legend:
      series.length === 1
        ? []
        : series.map(({ name }, s) => ({
            text: name,
            key: { kind: "line", style: runStyle(s), marked: true },
          })),
    facts: about.facts,
    plotHeight: 420,
  };
}
