import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { evenBins, TimeBins } from "./time-bins.ts";

describe("amounts by time", () => {
  test("are exact in wider bins", () => {
    const bins = new TimeBins();
    bins.add(1000.2, 1);
    bins.add(1009.9, 2);
    bins.add(1010, 4);
    bins.add(-5, 8);
    expect([...bins.sums({ startMs: 1000, widthMs: 10, count: 2 })]).toEqual([3, 4]);
    expect([...bins.sums({ startMs: -10, widthMs: 10, count: 1 })]).toEqual([8]);
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

test("bins cover the span in round widths, no more than asked for", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: -1e9, max: 1e9 }),
      fc.integer({ min: 0, max: 1e11 }),
      fc.constantFrom(1, 10, 100),
      (fromUs, spanUs, finestMs) => {
        const [fromMs, spanMs] = [fromUs / 1000, spanUs / 1000];
        const bins = evenBins(fromMs, fromMs + spanMs, finestMs, 120);
        expect(bins.startMs).toBeLessThanOrEqual(fromMs);
        expect(bins.startMs + bins.count * bins.widthMs).toBeGreaterThanOrEqual(fromMs + spanMs - 1e-3);
        expect(bins.count).toBeLessThanOrEqual(120);
        expect(bins.widthMs).toBeGreaterThanOrEqual(finestMs);
        expect([1, 2, 5]).toContain(Number(bins.widthMs.toExponential()[0]));
      },
    ),
  );
});
