import { expect, test } from "bun:test";
import { gateCheck, gateFigure, gateLine, type JudgedGate } from "./gate-text.ts";

const gate = (more: Partial<JudgedGate>): JudgedGate => ({ gate: "x>1", passed: true, value: 1, ...more });

test.each([
  [{ unit: "ms", value: 9.86 }, "9.86 ms"],
  [{ unit: "bytes/s", value: 1_499_817_755 }, "1.50 GB/s"],
  [{ unit: "share", value: 0.725, limit: 0.9 }, "72.5 %"],
  [{ unit: "number", value: 1500 }, "1,500"],
  [{ unit: "tokens", value: 88 }, "88.0 tokens"],
  // As files of older versions have it.
  [{ value: 88 }, "88.0"],
  [{ unit: "ms", value: 18.81, isLowerBound: true, isKnown: false }, "≥18.8 ms, not known to hold"],
  [{ unit: "ms", value: null }, "not measured"],
] as const)("%j is %p", (of, text) => {
  expect(gateFigure(gate(of))).toBe(text);
});

test("a share that is close to its limit has the digits that tell them apart", () => {
  const shown = (value: number) => gateFigure(gate({ unit: "share", value, limit: 0.9 }));
  expect([0.9, 0.89978, 0.8999999].map(shown)).toEqual(["90.0 %", "89.98 %", "89.99999 %"]);
});

test("a quantile of too few is marked, in a check that passed, too", () => {
  const small = gate({ gate: "step.p99<1s", unit: "ms", value: 9.86, small: true });
  expect(gateLine(small)).toBe("Gate        passed  step.p99<1s  (9.86 ms, n too small)");
  expect(gateCheck(small)).toEqual({
    name: "step.p99<1s",
    failure: null,
    text: "n is too small to trust this quantile",
  });
});
