import { describe, expect, test } from "bun:test";
import { drawFigure } from "../chart.ts";
import { decodePng } from "../png.fake.ts";
import { pngOf } from "../png.ts";
import { expectReadable } from "../readable.fake.ts";
import type { Figure } from "../spec.ts";
import { textBoxes } from "../svg.fake.ts";
import { themes } from "../theme.ts";
import { themeNames } from "../theme-names.ts";
import { storageFigures } from "./names.ts";
import { fakeStorageRun } from "./run.fake.ts";
import { figuresOfStorageRun, figuresOfStorageRuns } from "./run-figures.ts";

const longName =
  "a-run-whose-name-is-far-longer-than-anyone-would-care-to-read-below-a-bar-or-in-the-key-of-a-figure-twice-over";

const workers = (...counts: number[]) =>
  counts.map((count) =>
    fakeStorageRun({ name: `workers-${count}`, loadMs: 40 / count, plan: { workers: count } }),
  );

/** Each with the number of figures that it has to give. */
const cases: [string, number, () => Iterable<Figure>][] = [
  ["one run", 6, () => figuresOfStorageRun(fakeStorageRun())],
  [
    "a single step",
    6,
    () => figuresOfStorageRun(fakeStorageRun({ steps: 1, warmupSteps: 0, microbatches: 1 })),
  ],
  [
    "0.02 ms, no compute",
    6,
    () => figuresOfStorageRun(fakeStorageRun({ loadMs: 0.02, computeMs: 0, steps: 30 })),
  ],
  ["30 s", 6, () => figuresOfStorageRun(fakeStorageRun({ loadMs: 30_000, steps: 3000, microbatches: 2 }))],
  [
    "4 ranks, 2 GPUs, a long name, an unfit harness",
    6,
    () => figuresOfStorageRun(fakeStorageRun({ ranks: 4, gpus: 2, name: longName, verdict: "unfit" })),
  ],
  ["a run from the page cache", 6, () => figuresOfStorageRun(fakeStorageRun({ reads: { processRatio: 0 } }))],
  ["a killed run", 6, () => figuresOfStorageRun(fakeStorageRun({ status: "running", steps: 40 }))],
  ["two runs", 2, () => figuresOfStorageRuns(workers(1, 4))],
  ["four runs", 2, () => figuresOfStorageRuns(workers(1, 2, 4, 8))],
  ["six runs", 2, () => figuresOfStorageRuns(workers(1, 2, 4, 8, 16, 32))],
  ["eight runs", 2, () => figuresOfStorageRuns(workers(1, 2, 3, 4, 5, 6, 7, 8))],
  [
    "20 µs beside 30 s, with long names and many differences",
    2,
    () =>
      figuresOfStorageRuns([
        fakeStorageRun({ name: longName, loadMs: 0.02, steps: 20 }),
        fakeStorageRun({
          name: `${longName}-2`,
          loadMs: 30_000,
          plan: { workers: 128, prefetchDepth: 16, cache: "cold", dataRoot: `s3://${longName}` },
        }),
      ]),
  ],
];

describe.each(cases)("storage figures of %s", (_, count, make) => {
  const figures = [...make()];

  test("are all there, declared, with a size of their sample and their facts", () => {
    expect(figures).toHaveLength(count);
    for (const { name, title, facts, subtitle, x, legend } of figures) {
      expect(storageFigures).toContain(name as (typeof storageFigures)[number]);
      expect(title).not.toBe("");
      expect(facts.length).toBeGreaterThan(3);
      const groups = x.scale === "groups" ? x.groups.flat() : [];
      const texts = [subtitle, ...groups, ...legend.map(({ text }) => text)].join(" ");
      expect(texts).toMatch(/n = \d|\d steps?\b/);
    }
  });

  test.each([...themeNames])("have every text on the canvas and none on another: %s", async (name) => {
    for (const figure of figures) await expectReadable(figure, themes[name]);
  });
});

describe("runs side by side", () => {
  const [throughput, tails] = [...figuresOfStorageRuns(workers(4, 8))] as [Figure, Figure];

  test("are named by what differs between them", () => {
    expect(throughput.subtitle).toStartWith("num-workers 4 → 8 · ");
    expect(throughput.facts[0]).toEqual({ name: "Differs", value: "num-workers 4 → 8" });
    expect(tails.legend.map(({ text }) => text)).toEqual([
      "workers-4, num-workers 4 (n = 200 steps, 1,600 microbatches)",
      "workers-8, num-workers 8 (n = 200 steps, 1,600 microbatches)",
    ]);
    const { facts } = throughput;
    expect(facts.find(({ name }) => name === "Same")!.value).toContain("prefetch-depth\u00a02");
    expect(facts.find(({ name }) => name === "workers-8")!.value).toMatch(
      /^2026-11-23 05:55:12 UTC · 200 steps, 12,800 samples of 262 kB in/,
    );
    expect(facts.find(({ name }) => name === "Machine")!.value).toContain("Platinum 8481C");
  });

  test("have a bar each with its number, which is that of the axis", () => {
    const texts = textBoxes(drawFigure(throughput, themes.print).svg).map(({ text }) => text);
    expect(texts.filter((text) => text.endsWith("samples/s"))).toHaveLength(2);
    expect(texts.filter((text) => text.endsWith("B/s"))).toHaveLength(2);
    const [layer] = throughput.panels[0]!.layers;
    if (layer?.kind !== "bars") throw new Error("bars are expected");
    const [{ value, interval, label }] = layer.bars as [(typeof layer.bars)[number]];
    expect(label[0]).toBe(`${Math.round(value).toLocaleString("en")} samples/s`);
    expect(interval!.low).toBeLessThan(value);
    expect(interval!.high).toBeGreaterThan(value);
  });

  test("are black and white in print, pixel by pixel, and on an A4 page", async () => {
    for (const figure of figuresOfStorageRuns(workers(1, 2, 4, 8, 16, 32))) {
      const { svg, widthPx } = drawFigure(figure, themes.print);
      expect(svg).toStartWith('<svg width="297mm" height="210mm"');
      const { pixels } = decodePng(await pngOf(svg, widthPx, 1));
      let coloured = 0;
      for (let i = 0; i < pixels.length; i += 4)
        if (pixels[i] !== pixels[i + 1] || pixels[i] !== pixels[i + 2]) coloured++;
      expect([figure.name, coloured]).toEqual([figure.name, 0]);
    }
  });
});
