import { expect, test } from "bun:test";
import fc from "fast-check";
import { type ColumnKind, decodeColumn, encodeColumn, MS_STEP } from "./columns.ts";

const whole = fc.oneof(fc.integer({ min: 0, max: 2 ** 40 }), fc.constant(Number.NaN));
const duration = fc.oneof(
  fc.double({ min: -10, max: 1e9, noNaN: true }),
  fc.constant(Number.NaN),
  fc.constantFrom(0, 0.004, 1e7),
);

test.each(["count", "name"] as const)("whole numbers of a %s column come back as they were", (kind) => {
  fc.assert(fc.property(fc.array(whole), (values) => expect(through(kind, values)).toEqual(values)));
});

test.each(["duration", "time"] as const)("ms of a %s column come back to a hundredth", (kind) => {
  fc.assert(
    fc.property(fc.array(duration), (values) => {
      for (const [i, value] of through(kind, values).entries()) {
        if (Number.isNaN(values[i]!)) expect(value).toBeNaN();
        else expect(Math.abs(value - values[i]!)).toBeLessThanOrEqual(MS_STEP / 2 + 1e-6);
      }
    }),
  );
});

test("columns stand one after the other", () => {
  const bytes = [
    encodeColumn("count", Float64Array.of(1, 300)),
    encodeColumn("count", Float64Array.of(7, 8)),
  ];
  const both = new Uint8Array(Buffer.concat(bytes));
  const { end } = decodeColumn("count", both, 0, 2);
  expect([...decodeColumn("count", both, end, 2).values]).toEqual([7, 8]);
});

function through(kind: ColumnKind, values: readonly number[]): number[] {
  const bytes = encodeColumn(kind, Float64Array.from(values));
  const decoded = decodeColumn(kind, bytes, 0, values.length);
  expect(decoded.end).toBe(bytes.length);
  return [...decoded.values];
}
