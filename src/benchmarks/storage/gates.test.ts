import { expect, test } from "bun:test";
import { describe } from "../../analysis/describe.ts";
import { judgeStorageGates, parseStorageGate } from "./gates.ts";

const summary = {
  compute: { au: 0.9 },
  throughput: { samplesPerS: 100, bytesPerS: 2.5e9 },
  accelerators: null,
  metrics: {
    stepLoadMs: describe(Float64Array.from({ length: 101 }, (_, i) => i)),
    firstByteMs: null,
  },
} as unknown as Parameters<typeof judgeStorageGates>[1];

test.each([
  ["au>=0.9", true, 0.9],
  ["au>0.9", false, 0.9],
  ["au>=90%", true, 0.9],
  ["au>=90.5 %", false, 0.9],
  ["byte-throughput>=2.5GB", true, 2.5e9],
  ["byte-throughput>=2.5GB/s", true, 2.5e9],
  ["byte-throughput>=2.5GiB", false, 2.5e9],
  ["sample-throughput<100", false, 100],
  ["step-load.p50<=50ms", true, 50],
  ["step-load.max<0.1s", false, 100],
  ["first-byte.p99<1s", false, null],
  ["accelerators>=1", false, null],
] as const)("%s: %p, of %p", (gate, passed, value) => {
  expect(judgeStorageGates([parseStorageGate(gate)], summary)).toMatchObject([{ gate, passed, value }]);
});

test("what is judged says its unit, its limit, and whether its quantile is of too few", () => {
  const gates = ["au>=90%", "byte-throughput>=2GB", "step-load.p99<50ms", "step-load.p50<50ms"];
  expect(judgeStorageGates(gates.map(parseStorageGate), summary)).toMatchObject([
    { unit: "share", limit: 0.9, small: false },
    { unit: "bytes/s", limit: 2e9, small: false },
    { unit: "ms", limit: 50, small: true },
    { unit: "ms", limit: 50, small: false },
  ]);
});

test.each([
  ["au", "no condition"],
  ["au.p99>1", "takes no"],
  ["au>=90", "Did you mean au>=90%?"],
  ["au>=101%", "a share is at most 1"],
  ["au>=most", "no share"],
  ["step-load<1s", "needs one of"],
  ["step-lod.p99<1s", "Did you mean step-load"],
  ["byte-throughput>fast", "no size"],
  ["step-load.p99<fast", "no time"],
])("%s is refused", (text, word) => {
  let said = "";
  try {
    parseStorageGate(text);
  } catch (error) {
    const { message, hint } = error as { message: string; hint: string };
    said = `${message} ${hint}`;
  }
  expect(said).toContain(word);
});
