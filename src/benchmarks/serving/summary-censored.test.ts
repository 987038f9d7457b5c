import { expect, test } from "bun:test";
import { describe } from "../../analysis/describe.ts";
import { rngFor } from "../../core/rng.ts";
import { parseGate } from "./gates.ts";
import { metricNamed } from "./metric-table.ts";
import { record } from "./record.fake.ts";
import type { RequestRecord } from "./record.ts";
import { sampleOf } from "./sample.ts";
import { summarize } from "./summary.ts";
import { fakeContext } from "./summary-context.fake.ts";

const aborted = (phase: "queue" | "connect" | "first-token" | "body") =>
  ({ class: "aborted", phase, message: "the run ended" }) as const;

/** A request each 100 ms; TTFT 40 to 60 ms, E2EL 10 ms more. */
function run(
  change: (i: number, at: number) => Partial<RequestRecord> = () => ({}),
  n = 100,
): RequestRecord[] {
  const rng = rngFor(1, "censored");
  return Array.from({ length: n }, (_, i) => {
    const at = 100 * i;
    const ttft = 40 + 20 * rng.uniform();
    const times = { firstTokenAt: at + ttft, lastTokenAt: at + ttft + 10, endAt: at + ttft + 10 };
    return { ...record({ index: i, intendedAt: at, sentAt: at, ...times }), ...change(i, at) };
  });
}

const NO_TOKEN = { firstByteAt: null, firstTokenAt: null, firstAnswerAt: null, lastTokenAt: null } as const;
const metricsOf = (records: RequestRecord[]) => summarize(records, fakeContext()).whole!.metrics;

test("without unfinished requests nothing is censored, nothing a bound", () => {
  for (const metric of Object.values(metricsOf(run()))) {
    expect([metric!.censored, metric!.meanIsLowerBound, metric!.maxIsLowerBound]).toEqual([0, false, false]);
    expect(Object.values(metric!.quantiles).some(({ isLowerBound }) => isLowerBound)).toBe(false);
  }
});

test("requests that never got a token enter as longer than they had lasted", () => {
  // The last 5 of 100 were cut off 2 s after the last send.
  const records = run((i) => (i < 95 ? {} : { ...NO_TOKEN, endAt: 11_900, failure: aborted("first-token") }));
  const { ttft, ttftFromIntended, ttfa, e2el, e2elFromIntended, tpot } = metricsOf(records);
  for (const metric of [ttft, ttftFromIntended, ttfa, e2el, e2elFromIntended]) {
    expect([metric!.n, metric!.censored, metric!.maxIsLowerBound]).toEqual([100, 5, true]);
    expect(metric!.quantiles.p50.isLowerBound).toBe(false);
    expect(metric!.quantiles.p99).toMatchObject({ isLowerBound: true, high: null });
    expect(metric!.quantiles.p99.value).toBeGreaterThan(2000);
  }
  expect([tpot!.n, tpot!.censored]).toEqual([95, 0]);
  // Leaving them out would have shown a p99 of 60 ms.
  expect(
    describe(sampleOf(metricNamed("ttft")!, records.slice(0, 95)).values)!.quantiles.p99.value,
  ).toBeLessThan(60);
});

test("a first token that came is known, whatever became of its answer", () => {
  const records = run((i, at) => (i < 95 ? {} : { endAt: at + 5000, failure: aborted("body") }));
  const { ttft, e2el } = metricsOf(records);
  expect([ttft!.n, ttft!.censored, ttft!.max]).toEqual([
    100,
    0,
    describe(run().map((r) => r.firstTokenAt! - r.sentAt!))!.max,
  ]);
  expect([e2el!.n, e2el!.censored, e2el!.max]).toEqual([100, 5, 5000]);
});

test("a request that was never sent has waited since it was intended, and asked nothing of the server", () => {
  const records = run((i) =>
    i < 95 ? {} : { ...NO_TOKEN, sentAt: null, endAt: 11_900, failure: aborted("queue") },
  );
  const { ttft, ttftFromIntended, lateness } = metricsOf(records);
  expect([ttft!.n, ttft!.censored, lateness!.n]).toEqual([95, 0, 95]);
  expect([ttftFromIntended!.n, ttftFromIntended!.censored, ttftFromIntended!.max]).toEqual([100, 5, 2400]);
});

test("other failures are left out as before, and where nothing finished there is nothing to show", () => {
  const reset = { class: "reset", phase: "body", message: "" } as const;
  expect(metricsOf(run((i) => (i < 95 ? {} : { failure: reset }))).ttft).toMatchObject({
    n: 95,
    censored: 0,
  });
  const none = run(() => ({ ...NO_TOKEN, failure: aborted("first-token") }));
  expect(metricsOf(none).ttft).toBeNull();
});

test("a gate on a lower bound, and what the warning says", () => {
  const records = run((i) => (i < 95 ? {} : { ...NO_TOKEN, endAt: 11_900, failure: aborted("first-token") }));
  const gates = ["ttft.p99<800ms", "ttft.p99<10s", "ttft.p50<800ms"].map(parseGate);
  const summary = summarize(records, fakeContext({ gates }));
  expect(summary.gates.map(({ passed, isKnown }) => [passed, isKnown])).toEqual([
    [false, true],
    [false, false],
    [true, true],
  ]);
  const warning = summary.warnings.find(({ code }) => code === "censored")!;
  expect(warning.message).toStartWith("5 requests were not finished when the run ended");
});
