import { describe, expect, test } from "bun:test";
import { fakePlan } from "./plan.fake.ts";
import { record } from "./record.fake.ts";
import type { RequestRecord } from "./record.ts";
import { summarize } from "./summary.ts";
import { fakeContext } from "./summary-context.fake.ts";
import { fakeSessions } from "./workload/conversation.fake.ts";

const context = fakeContext({
  plan: {
    ...fakePlan({ load: { kind: "open", arrival: { kind: "poisson", ratePerS: 10 }, concurrency: null } }),
    offsetsMs: Float64Array.from({ length: 11 }, (_, i) => 100 * i),
  },
  result: { startAt: 0, endAt: 1100, hitCap: null, interrupted: false, workers: { count: 1, died: [] } },
});

/** Eleven requests, one each 100 ms; each takes 61 ms and brings two tokens. */
function evenRun(change: (i: number) => Partial<RequestRecord> = () => ({})): RequestRecord[] {
  return Array.from({ length: 11 }, (_, i) => {
    const at = 100 * i;
    return {
      ...record({
        index: i,
        intendedAt: at,
        sentAt: at,
        firstTokenAt: at + 50,
        lastTokenAt: at + 60,
        endAt: at + 61,
      }),
      ...change(i),
    };
  });
}

const failure = (c: "http-5xx" | "aborted") =>
  ({ class: c, phase: "body", message: "HTTP 500: boom" }) as const;

test("both windows, their throughput and their counts", () => {
  const { whole, steady } = summarize(evenRun(), context);
  expect(whole?.durationS).toBeCloseTo(1.061, 9);
  expect(whole?.requestThroughputPerS).toBeCloseTo(11 / 1.061, 9);
  expect(whole?.outputThroughputPerS).toBeCloseTo(22 / 1.061, 9);
  expect(whole?.startUnixMs).toBe(1_700_000_000_000);
  expect(steady?.durationS).toBeCloseTo(0.9, 9);
  expect(steady?.requests.total).toBe(10);
  // Ends at 161, 261 … 961 fall inside 100 … 1000.
  expect(steady?.requestThroughputPerS).toBeCloseTo(9 / 0.9, 9);
});

test("failures keep their class, are left out of latencies and stay in the count", () => {
  const summary = summarize(
    evenRun((i) =>
      i < 2
        ? { failure: failure("http-5xx"), firstTokenAt: null }
        : i === 2
          ? { failure: failure("aborted") }
          : {},
    ),
    context,
  );
  expect(summary.whole?.requests).toEqual({
    total: 11,
    succeeded: 8,
    failed: 3,
    censored: 1,
    byClass: { "http-5xx": 2, aborted: 1 },
  });
  // The one that was cut off had its first token.
  expect([summary.whole?.metrics.ttft?.n, summary.whole?.metrics.e2el?.n]).toEqual([9, 9]);
  expect([summary.whole?.metrics.ttft?.censored, summary.whole?.metrics.e2el?.censored]).toEqual([0, 1]);
  expect(summary.warnings.map((w) => w.code)).toEqual(["failures", "censored"]);
});

test("a metric that nothing was measured of is null", () => {
  const { whole } = summarize(
    evenRun(() => ({ failure: failure("http-5xx") })),
    context,
  );
  expect(whole?.metrics.ttft).toBeNull();
  expect(whole?.metrics.e2el).toBeNull();
  expect(whole?.requestThroughputPerS).toBe(0);
});

test("warm-up requests are outside all statistics", () => {
  const warm = record({ stage: "warmup", intendedAt: -500, sentAt: -500, firstTokenAt: 0 });
  const summary = summarize([warm, ...evenRun()], context);
  expect([summary.warmup.total, summary.whole?.requests.total]).toEqual([1, 11]);
  expect(summary.whole?.metrics.ttft?.max).toBe(50);
});

test("rates: asked, planned, achieved", () => {
  const { load } = summarize(evenRun(), context);
  expect(load.askedRatePerS).toBe(10);
  expect(load.plannedRatePerS).toBeCloseTo(10, 9);
  expect(load.achievedRatePerS).toBeCloseTo(10, 9);
  expect(load.peakInFlight).toBe(1);
});

test("no request at all is no window", () => {
  const summary = summarize([], context);
  expect([summary.whole, summary.steady, summary.load.achievedRatePerS]).toEqual([null, null, null]);
});

test("requests sent all at once have no steady window", () => {
  expect(
    summarize(
      evenRun(() => ({ intendedAt: 0 })),
      context,
    ).steady,
  ).toBeNull();
});

test("requests sent before the first is answered have no steady window", () => {
  // Users of a closed loop that begin microseconds apart: a window of that length has no throughput.
  expect(
    summarize(
      evenRun((i) => ({ intendedAt: i / 1000, sentAt: i / 1000 })),
      context,
    ).steady,
  ).toBeNull();
});

test("the server counting other prompt lengths is a warning", () => {
  const summary = summarize(
    evenRun(() => ({ promptTokens: 5 })),
    context,
  );
  expect(summary.warnings.map((w) => w.code)).toContain("prompt-tokens");
});

test("a tokenizer that counts other output lengths is a warning", () => {
  const summary = summarize(
    evenRun(() => ({ textTokens: 3 })),
    context,
  );
  expect(summary.warnings.map((w) => w.code)).toEqual(["output-tokens"]);
});

test("answers that nobody counted are not said to be counted", () => {
  const summary = summarize(
    evenRun(() => ({ usage: null, streamed: false })),
    context,
  );
  expect(summary.warnings.find((w) => w.code === "no-usage")).toMatchObject({
    message: "the server did not count the tokens of 11 answers; nor did anything else",
    hint: "Give --tokenizer for better counts.",
  });
});

test("an interrupted run is not held against its whole schedule", () => {
  const half = evenRun().map((r, i) => ({ ...r, intendedAt: 200 * i, sentAt: 200 * i, endAt: 200 * i + 61 }));
  const codes = (interrupted: boolean) =>
    summarize(half, { ...context, result: { ...context.result, interrupted } }).warnings.map((w) => w.code);
  expect([codes(false), codes(true)]).toEqual([["client"], []]);
});

test("several tokens an event is a warning, and ITL is not made up", () => {
  const summary = summarize(
    evenRun(() => ({
      usage: { promptTokens: 10, completionTokens: 6, cachedTokens: null, reasoningTokens: null },
    })),
    context,
  );
  expect(summary.warnings.map((w) => w.code)).toEqual(["chunks"]);
  expect(summary.whole?.metrics.itl).toBeNull();
  expect(summary.whole?.metrics.icl?.mean).toBeCloseTo(10, 9);
});

test("where some answers have several tokens an event, the warning says whose gaps ITL has", () => {
  const usage = { promptTokens: 10, completionTokens: 6, cachedTokens: null, reasoningTokens: null };
  const { warnings, whole } = summarize(
    evenRun((i) => (i < 4 ? { usage } : {})),
    context,
  );
  expect(whole?.metrics.itl?.n).toBe((7 * whole!.metrics.icl!.n) / 11);
  expect(warnings.find(({ code }) => code === "chunks")!.hint).toContain(
    "ITL is over 7 of 11 answers alone, those with one token an event",
  );
});

describe("with sessions", () => {
  const sessions = fakeSessions([3]);
  const plan = { ...context.plan, sessions };
  /** Eleven sessions, one each 100 ms; each has a second turn 70 ms later, and a third that is never due. */
  const run = (given: Partial<RequestRecord> = {}) =>
    evenRun().flatMap((r, session) => [
      { ...r, index: 3 * session, session, turn: 0, turns: 3 },
      {
        ...r,
        ...shifted(r, 70),
        index: 3 * session + 1,
        session,
        turn: 1,
        turns: 3,
        ...given,
      },
    ]);
  const shifted = (r: RequestRecord, ms: number) => ({
    intendedAt: r.intendedAt + ms,
    sentAt: r.sentAt! + ms,
    firstTokenAt: r.firstTokenAt! + ms,
    lastTokenAt: r.lastTokenAt! + ms,
    endAt: r.endAt + ms,
  });

  test("rates and arrivals are those of session starts, all else of requests", () => {
    const { load, whole, sessions: figures } = summarize(run(), { ...context, plan });
    expect(load.achievedRatePerS).toBeCloseTo(10, 9);
    expect(load.arrivals?.sent).toEqual(summarize(evenRun(), context).load.arrivals!.sent);
    expect(whole?.requests.total).toBe(22);
    expect(figures).toMatchObject({ started: 11, cutOff: 11, turns: { planned: 33, due: 22 } });
  });

  test("without sessions there are no figures of them", () => {
    expect(summarize(evenRun(), context).sessions).toBeNull();
  });

  test.each<[string, Partial<RequestRecord>, string]>([
    [
      "a failure",
      { failure: failure("http-5xx") },
      "11 of 11 sessions were broken off; 11 turns were never sent",
    ],
    [
      "an answer without text",
      { channels: { answer: 0, reasoning: 2, tool: 0 } },
      "11 of 11 sessions were broken off, 11 of them by an answer that was all reasoning",
    ],
  ])("those broken off by %s are a warning", (_, given, message) => {
    const { warnings } = summarize(run(given), { ...context, plan });
    expect(warnings.find(({ code }) => code === "sessions")?.message).toStartWith(message);
  });
});

test("conditions of --until are shown, and those that were not reached are a warning", () => {
  const outcome = { condition: "ttft.p99:5%", unit: "ms", value: 50, atMs: 900 } as const;
  const until = [
    { ...outcome, reached: true, relativeHalfWidth: 0.04 },
    { ...outcome, condition: "e2el.p99:5%", reached: false, relativeHalfWidth: 0.081 },
  ];
  const summary = summarize(evenRun(), { ...context, until });
  expect(summary.until).toEqual(until);
  expect(summary.warnings.map(({ message }) => message)).toEqual([
    "e2el.p99:5% was not reached: the interval is ± 8.1 %",
  ]);
});

test("the planned rate is that of what fell due, where a run stops before the end of its schedule", () => {
  const plan = {
    ...context.plan,
    offsetsMs: Float64Array.from({ length: 1000 }, (_, i) => (i < 11 ? 100 * i : 2000 + i)),
  };
  const { load, warnings } = summarize(evenRun(), { ...context, plan });
  expect(load.plannedRatePerS).toBeCloseTo(10, 9);
  expect(warnings).toEqual([]);
});

test("answers that ended short are a warning above 5 %, with what helps", () => {
  const of = (short: number, ignoreEos = false) => {
    const plan = { ...context.plan, request: { ...context.plan.request, ignoreEos } };
    const records = evenRun((i) => (i < short ? { maxTokens: 40 } : {}));
    return summarize(records, { ...context, plan }).warnings.find(({ code }) => code === "short-answers");
  };
  expect(of(0)).toBeUndefined();
  expect(of(1)!.message).toBe(
    "1 of 11 answers ended short of the output length asked for (22 of 60 tokens in all)",
  );
  expect(of(1)!.hint).toContain("--min-output-tokens max");
  expect(of(1, true)!.hint).toContain("may not know ignore_eos");
});
