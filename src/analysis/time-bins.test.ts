import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { binAt, edgesOf, evenBins, TimeBins } from "./time-bins.ts";

describe("amounts by time", () => {
  test("are exact in wider bins", () => {
    const bins = new TimeBins();
    bins.add(1000.2, 1);
    bins.add(1009.9, 2);
    bins.add(1010, 4);
    bins.add(-5, 8);
    const span = { startMs: 1000, widthMs: 10, count: 2, fromMs: 1000, toMs: 1020 };
    expect([...bins.sums(span)]).toEqual([3, 4]);
    expect([...bins.sums({ ...span, fromMs: -10, startMs: -10, toMs: 0, count: 1 })]).toEqual([8]);
  });

  test("count to the ends of a span that cuts a fine bin", () => {
    const bins = new TimeBins();
    bins.add(1000.9, 1);
    bins.add(1120.2, 2);
    expect([...bins.sums(evenBins(1000.8, 1120.3, bins.widthMs, 12))].filter((n) => n > 0)).toEqual([1, 2]);
  });

  test("stay few however long the run, and lose nothing", () => {
    const bins = new TimeBins();
    const spanMs = 3_600_000;
    for (let at = 0; at < spanMs; at += 7) bins.add(at, 1);
    expect(bins.widthMs).toBe(100);
    const sums = bins.sums(evenBins(0, spanMs, bins.widthMs, 120));
    expect(sums.reduce((a, b) => a + b, 0)).toBe(Math.ceil(spanMs / 7));
    expect(sums.length).toBeLessThanOrEqual(120);
  });
});

test("bins cover the span in round widths, none much shorter than the others", () => {
  const span = [fc.integer({ min: -1e9, max: 1e9 }), fc.integer({ min: 0, max: 1e11 })] as const;
  fc.assert(
    fc.property(...span, fc.constantFrom(1, 10, 100), (fromUs, spanUs, finestMs) => {
      const [fromMs, toMs] = [fromUs / 1000, (fromUs + spanUs) / 1000];
      const bins = evenBins(fromMs, toMs, finestMs, 120);
      const edges = edgesOf(bins);
      expect([edges[0], edges.at(-1)]).toEqual([fromMs, toMs]);
      expect(bins.count).toBeLessThanOrEqual(120);
      expect([1, 2, 5]).toContain(Number(bins.widthMs.toExponential()[0]));
      if (bins.count > 1) {
        const widths = edges.slice(1).map((edge, i) => edge - edges[i]!);
        expect(Math.min(...widths)).toBeGreaterThanOrEqual(bins.widthMs * 0.49);
      }
      expect([binAt(fromMs, bins), binAt(toMs, bins)]).toEqual([0, bins.count - 1]);
      expect([binAt(fromMs - 1, bins), binAt(toMs + 1, bins)]).toEqual([null, null]);
    }),
  );
});
