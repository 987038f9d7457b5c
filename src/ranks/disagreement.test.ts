import { expect, test } from "bun:test";
import { disagreement } from "./disagreement.ts";

test("of settings those that differ are named, of other values both", () => {
  const [ours, theirs] = [
    { version: "1", steps: 5, computeMs: { kind: "fixed", value: 1 } },
    { version: "1", steps: 6, computeMs: { kind: "fixed", value: 2 }, seed: 1 },
  ].map((settings) => JSON.stringify(settings)) as [string, string];
  expect(disagreement(ours, theirs)).toBe(
    'steps 5 in place of 6, computeMs {"kind":"fixed","value":1} in place of {"kind":"fixed","value":2}, seed none in place of 1',
  );
  expect(disagreement("8 samples of 64 bytes", "9 samples of 72 bytes")).toBe(
    "8 samples of 64 bytes in place of 9 samples of 72 bytes",
  );
});
