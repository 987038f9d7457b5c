import { expect, test } from "bun:test";
import { latencies } from "../../analysis/series.fake.ts";
import { record } from "./record.fake.ts";
import type { RequestRecord } from "./record.ts";
import { parseUntil } from "./until.ts";
import { UntilRule } from "./until-rule.ts";

/** A finished request, number i of one each 10 ms, with this TTFT. */
function finished(i: number, ttft: number): RequestRecord {
  const at = 1000 + 10 * i;
  return record({
    index: i,
    intendedAt: at,
    sentAt: at,
    firstTokenAt: at + ttft,
    lastTokenAt: at + ttft + 10,
    endAt: at + ttft + 11,
    chunkUs: [1000 * ttft, 1000 * ttft + 10_000],
  });
}

const rule = (...texts: string[]) => new UntilRule(texts.map(parseUntil));

/** Adds requests until the rule has enough; how many that took. */
function requestsOf(one: UntilRule, ttfts: Float64Array): number {
  for (const [i, ttft] of ttfts.entries()) {
    one.add(finished(i, ttft));
    if (one.isReached()) return i + 1;
  }
  return Number.POSITIVE_INFINITY;
}

test("is reached once the interval is narrow, and not before the first look", () => {
  const equal = new Float64Array(1000).fill(50);
  const one = rule("ttft.mean:5%");
  expect(requestsOf(one, equal)).toBe(100);
  expect(one.outcomes).toEqual([
    { condition: "ttft.mean:5%", unit: "ms", reached: true, value: 50, relativeHalfWidth: 0, atMs: 990 + 61 },
  ]);
  // Mean of log-normal latencies with sd 0.5: a relative sd of 0.53, so ± 5 % takes about (1.96 · 0.53 / 0.05)² = 436.
  const needed = requestsOf(
    rule("ttft.mean:5%"),
    latencies(1, 5000).map((x) => 50 * x),
  );
  expect(needed).toBeGreaterThan(300);
  expect(needed).toBeLessThan(800);
});

test("p99 is not narrow while n is too small for it", () => {
  // Nearly equal values: 500 after the cut are needed all the same.
  const ttfts = Float64Array.from({ length: 2000 }, (_, i) => 50 + 0.001 * ((i * 7) % 11));
  expect(requestsOf(rule("ttft.p99:5%"), ttfts)).toBeGreaterThanOrEqual(500);
});

test("all conditions have to hold", () => {
  const ttfts = latencies(2, 5000).map((x) => 50 * x);
  const both = rule("ttft.mean:5%", "tpot.mean:5%");
  expect(requestsOf(both, ttfts)).toBe(requestsOf(rule("ttft.mean:5%"), ttfts));
  expect(both.outcomes.map(({ reached }) => reached)).toEqual([true, true]);
});

test("what is wide is not reached, and says how far it is", () => {
  const one = rule("ttft.mean:1%");
  expect(requestsOf(one, latencies(3, 300))).toBe(Number.POSITIVE_INFINITY);
  const [before] = one.outcomes;
  // The last look was at 245; the end looks at all 300.
  const [after] = one.finish();
  expect(before!.atMs!).toBeLessThan(after!.atMs!);
  expect(after!.reached).toBe(false);
  expect(after!.relativeHalfWidth!).toBeGreaterThan(0.02);
  expect(one.finish()).toEqual([after!]);
});

test("a run without requests has nothing to say", () => {
  expect(rule("ttft.p99:5%").finish()).toEqual([
    {
      condition: "ttft.p99:5%",
      unit: "ms",
      reached: false,
      value: null,
      relativeHalfWidth: null,
      atMs: null,
    },
  ]);
});

test("pools are judged by whole requests, warm-up and failures do not count", () => {
  const one = rule("itl.mean:5%");
  for (let i = 0; i < 200; i++) {
    one.add({ ...finished(i, 50), stage: "warmup" });
    one.add({ ...finished(i, 50), failure: { class: "reset", phase: "body", message: "" } });
  }
  expect(one.isReached()).toBe(false);
  expect(one.outcomes[0]!.value).toBeNull();
  for (let i = 200; i < 500; i++) one.add(finished(i, 50));
  expect(one.isReached()).toBe(true);
  expect(one.outcomes[0]!.value).toBeCloseTo(10, 9);
});
