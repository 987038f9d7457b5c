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
  ["byte-throughput>=2.5GB", true, 2.5e9],
  ["byte-throughput>=2.5GiB", false, 2.5e9],
  ["sample-throughput<100", false, 100],
  ["step-load.p50<=50ms", true, 50],
  ["step-load.max<0.1s", false, 100],
  ["first-byte.p99<1s", false, null],
  ["accelerators>=1", false, null],
] as const)("%s: %p, of %p", (gate, passed, value) => {
  expect(judgeStorageGates([parseStorageGate(gate)], summary)).toMatchObject([{ gate, passed, value }]);
});

test.each([
  ["au", "no condition"],
  ["au.p99>1", "takes no"],
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
