import { expect, test } from "bun:test";
import { arrivalTests } from "./arrival-tests.ts";
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
    const { planned, sent } = arrivalTests(made, [...made.offsetsMs!])!;
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
  const { sent } = arrivalTests(made, lumps)!;
  expect(sent.ksPValue).toBeLessThan(0.001);
});

test("where there is no such process there is nothing to test", () => {
  expect(arrivalTests(fakePlan({ load: { kind: "closed", concurrency: 2 } }), [1, 2])).toBeNull();
  expect(arrivalTests(plan({ kind: "poisson", ratePerS: 50 }), [])!.sent.ksPValue).toBeNull();
});
