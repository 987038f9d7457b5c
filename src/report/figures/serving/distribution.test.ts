import { describe, expect, test } from "bun:test";
import { LogHistogram } from "../../../analysis/log-histogram.ts";
import type { Layer } from "../spec.ts";
import { distributionFigure, type Sample } from "./distribution.ts";
import { TTFT } from "./run-figures.ts";

const about = { facts: [], caution: null };

function sampleOf(values: readonly number[]): Sample {
  const histogram = new LogHistogram();
  for (const value of values) histogram.add(value);
  return {
    histogram,
    quantiles: [
      { name: "p50", share: 0.5, value: histogram.quantile(0.5)!, low: null, high: null, small: true },
    ],
  };
}

const figureOf = (...samples: Sample[]) =>
  distributionFigure(
    TTFT,
    samples.map((data, i) => ({ name: `run ${i}`, data })),
    about,
  )!;
const layer = <K extends Layer["kind"]>(layers: readonly Layer[], kind: K) =>
  layers.find((one): one is Extract<Layer, { kind: K }> => one.kind === kind)!;

describe("a distribution", () => {
  const values = Array.from({ length: 100 }, (_, i) => 10 + i / 10);
  const figure = figureOf(sampleOf(values));

  test("has every value in some bar, and in its step", () => {
    const bars = layer(figure.panels[0]!.layers, "boxes").boxes;
    expect(bars.reduce((sum, { to }) => sum + to[1], 0)).toBeCloseTo(1);
    const { points } = layer(figure.panels[1]!.layers, "line");
    expect([points[0]![1], points.at(-1)![1]]).toEqual([0, 1]);
    const at = (ms: number) => points.findLast(([x]) => x <= ms)![1];
    expect(at(14.95)).toBeCloseTo(0.5, 1);
    expect(points.every(([x, y], i) => i === 0 || (x >= points[i - 1]![0] && y > points[i - 1]![1]))).toBe(
      true,
    );
  });

  test("names n, its unit and a quantile that n is too small for", () => {
    expect(figure.subtitle).toStartWith("n = 100 · requests of the whole run · ");
    expect(figure.x).toMatchObject({ name: "TTFT, ms", scale: "linear" });
    expect(layer(figure.panels[1]!.layers, "labels").labels[0]!.text).toBe("p50 15.0* ms");
    expect(figure.legend[0]!.text).toContain("* n too small");
  });

  test("is logarithmic where values are far apart", () => {
    expect(figureOf(sampleOf([1, 2, 500])).x).toMatchObject({ name: "TTFT, ms (logarithmic)", scale: "log" });
  });

  test("of several runs has a line each and their numbers in the key", () => {
    const both = figureOf(sampleOf(values), sampleOf([12, 13]));
    expect(both.panels[0]!.layers.map(({ kind }) => kind)).toEqual(["line", "line"]);
    expect(both.legend.map(({ text }) => text)).toEqual([
      "run 0: p50 15.0* ms",
      "run 1: p50 12.5* ms",
      "these quantiles (* n too small to trust it)",
    ]);
  });

  test("without values is none", () => {
    expect(
      distributionFigure(
        TTFT,
        [{ name: "run", data: { histogram: new LogHistogram(), quantiles: [] } }],
        about,
      ),
    ).toBeNull();
  });
});
