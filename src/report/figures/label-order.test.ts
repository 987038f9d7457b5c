import { expect, test } from "bun:test";
import { labelOrder } from "./label-order.ts";
import type { Point } from "./spec.ts";

const orderOf = (points: readonly Point[]) =>
  labelOrder(points.map((at, i) => ({ at, i }))).map(({ i }) => i);

test("the ends come first, then the knee, then what halves the gaps; each once", () => {
  const bent = Array.from({ length: 9 }, (_, i): Point => [i, i < 6 ? 1 : 1 + (i - 5) ** 2]);
  expect(orderOf(bent).slice(0, 3)).toEqual([0, 8, 6]);
  expect(orderOf(bent).toSorted((one, other) => one - other)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
  const flat = Array.from({ length: 5 }, (_, i): Point => [i, 1]);
  expect(orderOf(flat)).toEqual([0, 4, 2, 1, 3]);
  expect(orderOf([[0, 0]])).toEqual([0]);
  expect(orderOf([])).toEqual([]);
});
