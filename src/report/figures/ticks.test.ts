import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { percent, plain, rulerOf } from "./ticks.ts";

const values = (scale: "linear" | "log", domain: [number, number], most: number) => {
  const ruler = rulerOf({ scale, domain, format: plain }, most);
  return ruler.ticks.map((tick) => plain(ruler.valueAt(tick)));
};

describe("ticks", () => {
  test("are round, and hold the values between them", () => {
    expect(values("linear", [0, 97], 6)).toEqual(["0", "20", "40", "60", "80", "100"]);
    expect(values("linear", [14.2, 20.9], 6)).toEqual(["14", "16", "18", "20", "22"]);
    expect(values("linear", [3, 3], 5)).toEqual(["3", "4"]);
    expect(values("log", [14.2, 20.9], 6)).toEqual(["10", "20", "30"]);
    expect(values("log", [3, 4200], 6)).toEqual(["1", "10", "100", "1,000", "10,000"]);
    expect(values("log", [5, 5], 6)).toEqual(["5", "6"]);
    expect(values("log", [0.001, 1e9], 5)).toEqual(["0.001", "1", "1,000", "1,000,000", "1,000,000,000"]);
  });

  test("are never more than there is room for", () => {
    const positive = fc.double({ min: 1e-4, max: 1e8, noNaN: true });
    fc.assert(
      fc.property(
        fc.constantFrom("linear" as const, "log" as const),
        positive,
        positive,
        fc.integer({ min: 3, max: 12 }),
        (scale, a, b, most) => {
          const [low, high] = [Math.min(a, b), Math.max(a, b)];
          const ruler = rulerOf({ scale, domain: [low, high], format: plain }, most);
          expect(ruler.ticks.length).toBeGreaterThanOrEqual(2);
          expect(ruler.ticks.length).toBeLessThanOrEqual(most + 1);
          const slack = 1e-6 * (ruler.max - ruler.min);
          expect(ruler.min).toBeLessThanOrEqual(ruler.of(low) + slack);
          expect(ruler.max).toBeGreaterThanOrEqual(ruler.of(high) - slack);
        },
      ),
      { numRuns: 1000 },
    );
  });

  test("of a tight axis end with the values", () => {
    const ruler = rulerOf({ scale: "linear", domain: [0, 12.3], tight: true, format: plain }, 8);
    expect([ruler.min, ruler.max, ruler.ticks]).toEqual([0, 12.3, [0, 2, 4, 6, 8, 10, 12]]);
    const log = rulerOf({ scale: "log", domain: [3, 70], tight: true, format: plain }, 6);
    expect([10 ** log.min, 10 ** log.max].map(Math.round)).toEqual([3, 70]);
    expect(log.ticks.map((tick) => Math.round(log.valueAt(tick)))).toEqual([5, 10, 20, 50]);
  });

  test("name numbers without a tail of zeros", () => {
    expect([0, 0.25, 1.5, 250, 12_000, 0.001].map(plain)).toEqual([
      "0",
      "0.25",
      "1.5",
      "250",
      "12,000",
      "0.001",
    ]);
    expect([0, 0.125, 1].map(percent)).toEqual(["0 %", "12.5 %", "100 %"]);
  });
});
