import { expect, test } from "bun:test";
import { population } from "./population.ts";

test("as numpy has it", () => {
  // np.mean, np.std and np.percentile (method linear) of [1, 2, 4, 9].
  const { p95, p99, ...rest } = population(Float64Array.of(1, 2, 4, 9));
  expect(rest).toMatchObject({ n: 4, mean: 4, min: 1, max: 9, p50: 3, p90: expect.closeTo(7.5, 10) });
  expect(rest.sd).toBeCloseTo(Math.sqrt(9.5), 12);
  expect([p95, p99]).toEqual([expect.closeTo(8.25, 10), expect.closeTo(8.85, 10)]);
});

test("one value, and none", () => {
  expect(population(Float64Array.of(7))).toMatchObject({ n: 1, mean: 7, sd: 0, p99: 7 });
  expect(population(new Float64Array())).toMatchObject({ n: 0, mean: null, sd: null, max: null, p50: null });
});
