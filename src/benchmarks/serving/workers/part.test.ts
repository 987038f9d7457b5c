import { expect, test } from "bun:test";
import fc from "fast-check";
import { fakePlan } from "../plan.fake.ts";
import { fakeSessions } from "../workload/conversation.fake.ts";
import { firstPrompts } from "../workload/conversation.ts";
import { numberInWhole, partOfPlan, partsOf, shareOf } from "./part.ts";

test("any number of workers sends the one schedule, each request once", () => {
  const whole = fakePlan({ stop: { durationMs: null, requests: 203 } });
  for (const workers of [1, 2, 3, 8]) {
    const sent = partsOf(whole, workers).flatMap((part) => {
      const { offsetsMs, prompts } = partOfPlan(whole, part);
      return Array.from(
        offsetsMs!,
        (offset, i) => [numberInWhole(part, i), offset, prompts.at(i).text] as const,
      );
    });
    sent.sort(([a], [b]) => a - b);
    expect(sent).toEqual(Array.from(whole.offsetsMs!, (offset, i) => [i, offset, `prompt ${i}`]));
  }
});

test("each request asks the same model, whoever sends it", () => {
  const trafficSplit = { models: ["a", "b", "c"], weights: [0.5, 0.3, 0.2] };
  const whole = fakePlan({ trafficSplit, stop: { durationMs: null, requests: 100 } });
  const asked = (workers: number) =>
    partsOf(whole, workers)
      .flatMap((part) => {
        const { offsetsMs, prompts } = partOfPlan(whole, part);
        return Array.from(offsetsMs!, (_, i) => [numberInWhole(part, i), prompts.at(i).model] as const);
      })
      .sort(([a], [b]) => a - b);
  expect(new Set(asked(1).map(([, model]) => model))).toEqual(new Set(trafficSplit.models));
  expect(asked(2)).toEqual(asked(1));
  expect(asked(3)).toEqual(asked(1));
});

test("sessions are dealt out likewise, and keep their numbers", () => {
  const sessions = fakeSessions([3, 1, 2]);
  const whole = fakePlan({
    sessions,
    prompts: firstPrompts(sessions),
    stop: { durationMs: null, requests: 20 },
  });
  const held = partsOf(whole, 3).flatMap((part) => {
    const own = partOfPlan(whole, part);
    return Array.from(own.offsetsMs!, (_, i) => {
      expect(own.prompts.at(i).session).toEqual(own.sessions!.at(i));
      return own.sessions!.at(i);
    });
  });
  held.sort((a, b) => a.number - b.number);
  expect(held).toEqual(Array.from({ length: 20 }, (_, i) => sessions.at(i)));
});

test("shares add up, and no worker of a plan is without a user, slot or request", () => {
  fc.assert(
    fc.property(fc.nat(1000), fc.integer({ min: 1, max: 64 }), (count, of) => {
      const shares = Array.from({ length: of }, (_, index) => shareOf(count, { index, of }));
      expect(shares.reduce((a, b) => a + b)).toBe(count);
      expect(Math.max(...shares) - Math.min(...shares)).toBeLessThanOrEqual(1);
    }),
  );
  const closed = fakePlan({
    load: { kind: "closed", concurrency: 3 },
    stop: { durationMs: 1000, requests: null },
  });
  const parts = partsOf(closed, 8).map((part) => partOfPlan(closed, part));
  expect(parts.map(({ load, stop }) => [load.concurrency, stop])).toEqual(
    Array(3).fill([1, { durationMs: 1000, requests: null }]),
  );
});

test("slots of an open loop, the number of requests and the warm-up are dealt out", () => {
  const plan = fakePlan({
    load: { kind: "open", arrival: { kind: "constant", ratePerS: 10 }, concurrency: 5 },
    stop: { durationMs: null, requests: 11 },
    warmupRequests: 3,
  });
  const parts = partsOf(plan, 2).map((part) => partOfPlan(plan, part));
  expect(
    parts.map((p) => [p.load.concurrency, p.stop.requests, p.warmupRequests, p.offsetsMs!.length]),
  ).toEqual([
    [3, 6, 2, 6],
    [2, 5, 1, 5],
  ]);
});
