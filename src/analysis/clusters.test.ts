import { expect, test } from "bun:test";
import fc from "fast-check";
import { checkClusters, clusterSums } from "./clusters.ts";

test("sums each cluster, an empty one too", () => {
  expect([...clusterSums(Float64Array.of(1, 2, 3, 4), [0, 1, 1, 3])]).toEqual([1, 0, 5, 4]);
  expect([...clusterSums(Float64Array.of(1, 2), [0, 2])]).toEqual([3, 0]);
});

test("nothing is lost between clusters", () => {
  const sample = fc.array(fc.integer({ min: -1000, max: 1000 }), { minLength: 1, maxLength: 50 });
  fc.assert(
    fc.property(sample, fc.array(fc.nat(50), { maxLength: 10 }), (values, cuts) => {
      const clusters = [0, ...cuts.map((cut) => Math.min(cut, values.length)).sort((a, b) => a - b)];
      checkClusters(clusters, values.length);
      const sums = clusterSums(Float64Array.from(values), clusters);
      expect(sums.reduce((a, b) => a + b, 0)).toBe(values.reduce((a, b) => a + b, 0));
    }),
  );
});

test("offsets that are none are refused", () => {
  for (const bad of [[], [1], [0, 3, 2], [0, 5], [0, 1.5], [0, Number.NaN]]) {
    expect(() => checkClusters(bad, 4)).toThrow(RangeError);
  }
  checkClusters([], 0);
});
