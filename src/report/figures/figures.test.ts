import { describe, expect, test } from "bun:test";
import { join } from "node:path";
import { readForeignFile } from "../foreign/read.ts";
import { atPrice } from "../window-price.ts";
import { drawFigure } from "./chart.ts";
import { costLatency } from "./cost-latency.ts";
import { goodputRate } from "./goodput-rate.ts";
import { latencyCurve, throughputLatency, throughputNormalizedLatency } from "./latency-curve.ts";
import { fakeSeries } from "./load-points.fake.ts";
import { expectReadable } from "./readable.fake.ts";
import { figuresOfRuns } from "./serving/comparison-figures.ts";
import { foreignRun } from "./serving/foreign-run.ts";
import { fakeRun } from "./serving/run.fake.ts";
import { existing, figuresOfRun } from "./serving/run-figures.ts";
import type { Figure } from "./spec.ts";
import { textBoxes } from "./svg.fake.ts";
import { themes } from "./theme.ts";
import { themeNames } from "./theme-names.ts";

const about = { facts: [{ name: "Run", value: "profile1 · 2026-11-23 05:55:12 UTC" }], caution: null };
const target = {
  share: 0.95,
  rateName: "Requests asked for per second",
  of: null,
  limits: "TTFT ≤ 500 ms",
  capacities: [{ name: null, ratePerS: 19.8, low: 19.1, high: 20.6 }],
};
const fixture = join(import.meta.dir, "../../../fixtures/results/vllm-detailed.json");
const longName =
  "a run with a name that is far longer than anyone would care to read in the key of a figure, twice over";

function curves(loads: number, count: number): Figure[] {
  const series = [20, 28]
    .slice(0, count)
    .map((capacity) => fakeSeries(`capacity ${capacity}`, loads, capacity));
  return [
    latencyCurve(throughputLatency, series, about),
    latencyCurve(throughputNormalizedLatency, series, about),
    costLatency(series, about),
    goodputRate(series, target, about),
  ].filter((figure) => figure !== null);
}

const rates = (...perS: number[]) =>
  perS.map((ratePerS) => fakeRun({ name: `rate ${ratePerS}`, ratePerS, requests: 40 }));

const openTarget = { ...target, capacities: [{ name: null, ratePerS: 19.8, low: 8.6, high: null }] };
const twoServers = [fakeSeries("one", 6), fakeSeries("other", 6, 28)];
const twoTargets = {
  ...target,
  capacities: [
    { name: "one", ratePerS: 19.8, low: 19.1, high: 20.6 },
    { name: "other", ratePerS: 27.6, low: null, high: 29 },
  ],
};

/** Each with the number of figures that it has to give. */
const cases: [string, number, () => Iterable<Figure>][] = [
  ["one load", 4, () => curves(1, 1)],
  [
    "a capacity without an upper bound",
    1,
    () => existing(goodputRate([fakeSeries("", 6)], openTarget, about)),
  ],
  ["capacities of two profiles", 1, () => existing(goodputRate(twoServers, twoTargets, about))],
  ["3 loads", 4, () => curves(3, 1)],
  ["40 loads", 4, () => curves(40, 1)],
  ["40 loads, two servers", 4, () => curves(40, 2)],
  [
    "a server of a million requests a second",
    1,
    () => existing(latencyCurve(throughputLatency, [fakeSeries("", 3, 1e6)], about)),
  ],
  ["20 requests", 6, () => figuresOfRun(fakeRun({ requests: 20, ratePerS: 2 }))],
  ["one request", 6, () => figuresOfRun(fakeRun({ requests: 1 }))],
  ["5,000 requests, 2 GPUs", 6, () => figuresOfRun(fakeRun({ requests: 5000, tokens: 4, gpus: 2 }))],
  [
    "8 GPUs, an unfit client, a long name",
    6,
    () => figuresOfRun(fakeRun({ gpus: 8, verdict: "unfit", name: longName })),
  ],
  ["a killed run", 4, () => figuresOfRun(fakeRun({ status: "running", requests: 60 }))],
  ["a killed run with GPUs", 4, () => figuresOfRun(fakeRun({ status: "running", requests: 60, gpus: 2 }))],
  [
    "two runs with prices, and another tool's",
    6,
    () =>
      figuresOfRuns([
        fakeRun({ usdPerMOutputTokens: 3 }),
        fakeRun({ name: longName, ratePerS: 40, usdPerMOutputTokens: 1.7 }),
        foreignRun(atPrice(readForeignFile(fixture), 3)),
      ]),
  ],
  ["another tool's result alone", 6, () => figuresOfRun(foreignRun(readForeignFile(fixture)))],
  ["two runs", 6, () => figuresOfRuns([fakeRun(), fakeRun({ name: longName, ratePerS: 40 })])],
  ["four runs", 6, () => figuresOfRuns(rates(1, 4, 16, 64))],
  ["six runs: curves alone", 3, () => figuresOfRuns(rates(1, 2, 4, 8, 16, 32))],
];

describe.each(cases)("figures of %s", (_, count, make) => {
  const figures = [...make()];

  test("are all there, with a size of their sample and their facts", () => {
    expect(figures.map(({ name }) => name)).toHaveLength(count);
    for (const { title, subtitle, facts, x } of figures) {
      expect(title).not.toBe("");
      expect(subtitle).toMatch(/\d/);
      expect(facts.length).toBeGreaterThan(0);
      expect(x.name).toMatch(/, (?:ms|s|min|tok\/s)|per second/);
    }
  });

  test.each([...themeNames])("have every text on the canvas and none on another: %s", async (name) => {
    for (const figure of figures) await expectReadable(figure, themes[name]);
  });
});

test("a capacity is marked, whatever is known of its bounds; of several each by its name", () => {
  const layersOf = (figure: Figure | null) => figure!.panels[0]!.layers;
  const textsOf = (figure: Figure | null) =>
    layersOf(figure).flatMap((layer) =>
      layer.kind === "labels" ? layer.labels.map(({ text }) => text) : [],
    );
  const open = goodputRate([fakeSeries("", 6)], openTarget, about);
  expect(layersOf(open)).toContainEqual({ kind: "zone", from: 8.6, to: null });
  expect(layersOf(open)).toContainEqual({ kind: "rule", along: "x", at: 19.8 });
  expect(textsOf(open)).toContain("capacity 19.8 req/s [8.60 to ?]");
  const two = goodputRate(twoServers, twoTargets, about);
  expect(layersOf(two).filter(({ kind }) => kind === "zone")).toEqual([]);
  expect(textsOf(two)).toContain("other: capacity 27.6 req/s [? to 29.0]");
});

test("levels beyond saturation are crosses in every figure, with a key", () => {
  for (const count of [1, 2])
    for (const { panels, legend } of curves(8, count)) {
      expect(legend.at(-1)!.text).toBe("beyond saturation");
      const crossed = panels.flatMap(({ layers }) =>
        layers.flatMap((layer) => (layer.kind === "line" ? [layer.crossed] : [])),
      );
      for (const numbers of crossed) expect(numbers).toEqual([7]);
    }
});

test("a cross is drawn with the outline of one, in each theme", () => {
  const [figure] = curves(8, 1);
  const without = { ...figure!, panels: figure!.panels.map(uncrossed) };
  for (const name of themeNames)
    expect(drawFigure(figure!, themes[name]).svg).not.toBe(drawFigure(without, themes[name]).svg);
});

function uncrossed(panel: Figure["panels"][number]): Figure["panels"][number] {
  const layers = panel.layers.map((layer) => (layer.kind === "line" ? { ...layer, crossed: [] } : layer));
  return { ...panel, layers };
}

describe("an SVG", () => {
  const [figure] = [...figuresOfRun(fakeRun())];

  test("says its size, and a page's in mm", () => {
    const { svg, widthPx, heightPx } = drawFigure(figure!, themes.light);
    expect(svg).toStartWith(
      `<svg width="${widthPx}" height="${heightPx}" viewBox="0 0 ${widthPx} ${heightPx}"`,
    );
    const print = drawFigure(figure!, themes.print);
    expect(print.svg).toStartWith('<svg width="297mm" height="210mm" viewBox="0 0 1123 794"');
  });

  test("is the same each time, names itself, and has no number that is none", () => {
    const again = () => drawFigure(figure!, themes.dark).svg;
    expect(again()).toBe(again());
    expect(again()).toContain("<title>Latency against throughput</title>");
    expect(again()).not.toMatch(/NaN|undefined|Infinity|class=|\bzr\d/);
  });

  test("keeps what people named from being markup", () => {
    const named = { ...figure!, title: 'a <b> & "c"', facts: [{ name: "<i>", value: "</svg>" }] };
    const { svg } = drawFigure(named, themes.light);
    expect(svg).not.toMatch(/<b>|<i>|<\/svg>(?=.)/s);
    expect(textBoxes(svg).map(({ text }) => text)).toContain("</svg>");
  });
});
