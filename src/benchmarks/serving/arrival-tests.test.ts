import { expect, test } from "bun:test";
import { arrivalTests, dueOffsets } from "./arrival-tests.ts";
import { fakePlan } from "./plan.fake.ts";

const plan = (
  arrival: { kind: "poisson"; ratePerS: number } | { kind: "gamma"; ratePerS: number; burstiness: number },
) =>
  fakePlan({
    load: { kind: "open", arrival, concurrency: null },
    stop: { durationMs: null, requests: 5000 },
    seed: 3,
  });

test("a schedule passes as its own process", () => {
  for (const arrival of [
    { kind: "poisson", ratePerS: 50 },
    { kind: "gamma", ratePerS: 50, burstiness: 0.5 },
  ] as const) {
    const made = plan(arrival);
    const { planned, sent } = arrivalTests(made, made.offsetsMs, [...made.offsetsMs!])!;
    expect(planned.ksPValue).toBeGreaterThan(0.01);
    expect(planned.dispersion!.index).toBeGreaterThan(planned.dispersion!.low);
    expect(planned.dispersion!.index).toBeLessThan(planned.dispersion!.high);
    expect(sent).toEqual(planned);
  }
});

test("sends in lumps do not pass for Poisson", () => {
  const made = plan({ kind: "poisson", ratePerS: 50 });
  // A client that sends what is due each 200 ms.
  const lumps = [...made.offsetsMs!].map((at) => Math.ceil(at / 200) * 200);
  const { sent } = arrivalTests(made, made.offsetsMs, lumps)!;
  expect(sent.ksPValue).toBeLessThan(0.001);
});

test("where there is no such process there is nothing to test", () => {
  expect(arrivalTests(fakePlan({ load: { kind: "closed", concurrency: 2 } }), null, [1, 2])).toBeNull();
  const made = plan({ kind: "poisson", ratePerS: 50 });
  expect(arrivalTests(made, made.offsetsMs, [])!.sent.ksPValue).toBeNull();
});

test("only what fell due counts, where a run stops before the end of its schedule", () => {
  const made = fakePlan({
    load: { kind: "open", arrival: { kind: "constant", ratePerS: 10 }, concurrency: null },
  });
  expect([...dueOffsets(made, { startAt: 7 }, 307)!]).toEqual([0, 100, 200, 300]);
  // As a record holds it that was read back: to the microsecond.
  expect(dueOffsets(made, { startAt: 7.0004 }, 307)!.length).toBe(4);
  expect(dueOffsets(made, { startAt: 7 }, Number.POSITIVE_INFINITY)).toEqual(made.offsetsMs);
  expect(dueOffsets(made, { startAt: 7 }, undefined)!.length).toBe(0);
  expect(dueOffsets(fakePlan({ load: { kind: "closed", concurrency: 2 } }), { startAt: 0 }, 5)).toBeNull();
});
