import { expect, test } from "bun:test";
import fc from "fast-check";
import { quantile } from "./quantile.ts";
import { recentQuantile } from "./recent-quantile.ts";

test("holds the latest values and no others", () => {
  const values = fc.array(fc.double({ noNaN: true, noDefaultInfinity: true }), { maxLength: 60 });
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 20 }), values, (capacity, added) => {
      const recent = recentQuantile(capacity);
      for (const value of added) recent.add(value);
      const kept = Float64Array.from(added.slice(-capacity)).sort();
      expect(recent.size).toBe(kept.length);
      for (const q of [0, 0.5, 0.9, 1]) expect(recent.quantile(q)).toBe(quantile(kept, q));
    }),
  );
});

test("has none before the first value, and refuses an empty ring", () => {
  expect(recentQuantile(4).quantile(0.5)).toBeNull();
  expect(() => recentQuantile(0)).toThrow(RangeError);
});
