import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { LogHistogram } from "../../../analysis/log-histogram.ts";
import { binsOf } from "./histogram-bins.ts";

function histogramOf(values: readonly number[]): LogHistogram {
  const histogram = new LogHistogram();
  for (const value of values) histogram.add(value);
  return histogram;
}

describe("bins of a histogram", () => {
  test("rise from the least value to the largest, 8 to 80 of them", () => {
    const values = fc.array(
      fc.integer({ min: 1000, max: 1e8 }).map((us) => us / 1000),
      {
        minLength: 1,
        maxLength: 300,
      },
    );
    fc.assert(
      fc.property(values, fc.constantFrom("linear" as const, "log" as const), (sample, scale) => {
        const edges = binsOf([histogramOf(sample)], scale);
        expect(edges.length - 1).toBeGreaterThanOrEqual(8);
        expect(edges.length - 1).toBeLessThanOrEqual(80);
        expect(edges.every((edge, i) => i === 0 || edge > edges[i - 1]!)).toBe(true);
        expect(edges[0]!).toBeLessThanOrEqual(Math.min(...sample) * 1.000001);
        expect(edges.at(-1)!).toBeGreaterThanOrEqual(Math.max(...sample) * 0.999999);
      }),
    );
  });

  test("are as wide as Freedman and Diaconis have them", () => {
    // 1 to 990 evenly: IQR 494.5, so 2·494.5/∛990 = 99.2 wide.
    const edges = binsOf([histogramOf(Array.from({ length: 990 }, (_, i) => i + 1))], "linear");
    expect(edges.length - 1).toBe(10);
  });

  test("of values that are all the same are around them", () => {
    const edges = binsOf([histogramOf([40, 40, 40])], "linear");
    expect([edges[0], edges.at(-1)]).toEqual([38, 42]);
    expect(binsOf([histogramOf([0])], "linear").at(-1)).toBe(1);
  });
});
