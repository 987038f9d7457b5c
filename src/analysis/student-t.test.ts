import { expect, test } from "bun:test";
import { studentT } from "./student-t.ts";

test("agrees with the published table of two-sided 95 % points", () => {
  const table = {
    1: 12.706205,
    2: 4.302653,
    3: 3.182446,
    5: 2.570582,
    9: 2.262157,
    30: 2.042272,
    99: 1.984217,
    1000: 1.962339,
  };
  for (const [degrees, t] of Object.entries(table)) expect(studentT(Number(degrees), 0.95)).toBeCloseTo(t, 5);
});

test("agrees with the closed forms for 1 and 2 degrees of freedom", () => {
  for (const coverage of [0.5, 0.9, 0.99, 0.999]) {
    expect(studentT(1, coverage) / Math.tan((Math.PI * coverage) / 2)).toBeCloseTo(1, 10);
    expect(studentT(2, coverage) / (coverage * Math.sqrt(2 / (1 - coverage ** 2)))).toBeCloseTo(1, 10);
  }
});

test("becomes the normal's 1.96 for ten million degrees", () => {
  expect(studentT(10_000_000, 0.95)).toBeCloseTo(1.959964, 6);
});
