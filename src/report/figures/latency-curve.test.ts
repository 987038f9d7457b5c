import { describe, expect, test } from "bun:test";
import { drawFigure } from "./chart.ts";
import { intervalStrokes } from "./interval-marks.ts";
import { latencyCurve, throughputLatency } from "./latency-curve.ts";
import { fakeSeries } from "./load-points.fake.ts";
import type { Estimate, LoadSeries } from "./load-points.ts";
import type { Figure, Spread } from "./spec.ts";
import { themes } from "./theme.ts";

const about = { facts: [{ name: "Run", value: "r" }], caution: null };

/** Whose highest load was cut off by the end of its run. */
function overloaded(loads: number, given: Partial<Estimate> = {}): LoadSeries {
  const series = fakeSeries("server", loads);
  const points = series.points.map((point, i) => {
    if (i < loads - 1) return point;
    const p99 = { value: 30_000, isLowerBound: true, low: 29_000, high: null, ...given };
    return { ...point, ttftMs: { ...point.ttftMs!, p99 } };
  });
  return { ...series, points };
}

const arrowsOf = ({ panels }: Figure): Spread[] =>
  panels.flatMap(({ layers }) =>
    layers.flatMap((layer) =>
      layer.kind === "spreads" ? layer.spreads.filter((spread) => spread.isLowerBound) : [],
    ),
  );
const curveOf = (series: LoadSeries) => latencyCurve(throughputLatency, [series], about)!;

describe("a quantile that is only a lower bound", () => {
  test("has an arrow, and the title says what it means", () => {
    const figure = curveOf(overloaded(3));
    expect(arrowsOf(figure)).toMatchObject([{ low: 29_000, high: null }]);
    expect(figure.subtitle).toContain("arrows: lower bounds, requests were unfinished");
    expect(curveOf(fakeSeries("server", 3)).subtitle).not.toContain("arrows");
  });

  test("has it where it has no interval, and where intervals would be a thicket", () => {
    expect(arrowsOf(curveOf(overloaded(3, { low: null })))).toMatchObject([{ low: 30_000, high: null }]);
    const dense = curveOf(overloaded(40));
    expect(arrowsOf(dense)).toHaveLength(1);
    expect(dense.subtitle).not.toContain("95 %");
  });

  test("is drawn otherwise than a bound that n is too small for", () => {
    const drawn = (isLowerBound: boolean) =>
      drawFigure(curveOf(overloaded(3, { isLowerBound })), themes.light).svg;
    expect(drawn(true)).not.toBe(drawn(false));
  });
});

test("an interval has a cap at a bound, none at an open end, and an arrow to where the truth is", () => {
  const strokes = (given: Partial<Spread>) =>
    intervalStrokes({ at: [0, 0], low: 1, high: 2, ...given }, [10, 90], [10, 20], "y");
  expect(strokes({})).toEqual([
    [10, 90, 10, 20],
    [6, 90, 14, 90],
    [6, 20, 14, 20],
  ]);
  expect(strokes({ low: null, high: null })).toEqual([[10, 90, 10, 20]]);
  expect(strokes({ high: null, isLowerBound: true }).slice(2)).toEqual([
    [10, 20, 6, 27],
    [10, 20, 14, 27],
  ]);
});

test("where there are many points an open end is a stub by its point, and not a line across the plot", () => {
  const point = [10, 50] as const;
  const open = { at: [0, 0], low: 1, high: null } as const;
  expect(intervalStrokes(open, [10, 90], point, "y", true)).toEqual([
    [10, 90, 10, 50],
    [6, 90, 14, 90],
    [10, 50, 10, 40],
    [10, 37, 10, 35],
    [10, 32, 10, 30],
  ]);
  const bound = { ...open, isLowerBound: true };
  expect(intervalStrokes(bound, [10, 90], point, "y", true)[0]).toEqual([10, 90, 10, 28]);
  const subtitles = [3, 12].map((loads) => curveOf(fakeSeries("server", loads)).subtitle);
  expect(subtitles.map((text) => /, (\w+) where n is/.exec(text)?.[1])).toEqual(["open", "dotted"]);
});
