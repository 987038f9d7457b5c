import { expect, test } from "bun:test";
import fc from "fast-check";
import { percent, plain } from "../figures/ticks.ts";
import { LEAST_WIDTH, rulerFor, tickText } from "./client/figure/scale.ts";

test.each(["linear", "log"] as const)(
  "a zoomed %s axis shows its part exactly, with ticks told apart",
  (scale) => {
    const axis = { scale, domain: [1, 1000], format: plain } as const;
    const view = fc
      .tuple(fc.double({ min: 1, max: 900, noNaN: true }), fc.double({ min: 0, max: 1, noNaN: true }))
      .map(([from, share]) => [from, from + LEAST_WIDTH * 1e5 ** share * from] as const);
    fc.assert(
      fc.property(view, fc.integer({ min: 1, max: 12 }), ([from, to], most) => {
        const ruler = rulerFor(axis, [from, to], most);
        expect(ruler.valueAt(ruler.min)).toBeCloseTo(from, 6);
        expect(ruler.valueAt(ruler.max)).toBeCloseTo(to, 6);
        for (const tick of ruler.ticks) expect(tick >= ruler.min && tick <= ruler.max).toBe(true);
        expect(ruler.ticks.length).toBeGreaterThanOrEqual(2);
        expect(ruler.ticks.length).toBeLessThanOrEqual(Math.max(2, most));
        const texts = ruler.ticks.map((tick) => tickText(axis, ruler, [from, to], tick));
        expect(new Set(texts).size).toBe(texts.length);
      }),
    );
  },
);

test("values too close to be told apart end the search for ticks", () => {
  const axis = { scale: "linear", domain: [1e9, 1e9 + 1], format: plain } as const;
  expect(rulerFor(axis, [1e9, 1e9 + 1e-4], 2).ticks.length).toBeLessThanOrEqual(2);
});

test("without a zoom an axis is that of every other form of the figure", () => {
  const axis = { scale: "linear", domain: [0, 1], format: percent } as const;
  const ruler = rulerFor(axis, null, 6);
  expect(ruler.ticks.map((tick) => tickText(axis, ruler, null, tick))).toEqual([
    "0 %",
    "20 %",
    "40 %",
    "60 %",
    "80 %",
    "100 %",
  ]);
});
