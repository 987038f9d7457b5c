import { expect, test } from "bun:test";
import { fakePlan } from "./plan.fake.ts";
import type { Load } from "./plan.ts";
import { record } from "./record.fake.ts";
import type { RequestRecord } from "./record.ts";
import { summarize } from "./summary.ts";
import { fakeContext } from "./summary-context.fake.ts";

const FREEZE = { startAt: 3000, endAt: 8000 };

/** Requests that become due each 50 ms, each taking 40 ms but where the server stands still. */
function openLoop(concurrency: number | null): RequestRecord[] {
  let freeAt = 0;
  return Array.from({ length: 400 }, (_, i) => {
    const intendedAt = 50 * i;
    const sentAt = concurrency === null ? intendedAt : Math.max(intendedAt, freeAt);
    freeAt = endOf(sentAt);
    return request(i, intendedAt, sentAt);
  });
}

/** One user; what it sends follows the last answer. */
function closedLoop(): RequestRecord[] {
  let at = 0;
  return Array.from({ length: 300 }, (_, i) => {
    const sentAt = at;
    at = endOf(sentAt) + 1;
    return request(i, sentAt, sentAt);
  });
}

const endOf = (sentAt: number) =>
  sentAt >= FREEZE.startAt && sentAt < FREEZE.endAt ? FREEZE.endAt + 40 : sentAt + 40;

function request(index: number, intendedAt: number, sentAt: number): RequestRecord {
  const endAt = endOf(sentAt);
  return record({ index, intendedAt, sentAt, firstTokenAt: endAt, lastTokenAt: endAt, endAt });
}

function warningsOf(load: Load, records: RequestRecord[], hitCap: "concurrency" | "client" | null = null) {
  const result = { startAt: 0, endAt: 30_000, hitCap, interrupted: false, workers: { count: 1, died: [] } };
  const { warnings } = summarize(records, fakeContext({ plan: fakePlan({ load }), result }));
  return warnings.filter(({ code }) =>
    ["coordinated-omission", "held-back", "closed-loop-pause", "backed-off", "fewer-in-flight"].includes(
      code,
    ),
  );
}

const open = (concurrency: number | null): Load => ({
  kind: "open",
  arrival: { kind: "constant", ratePerS: 20 },
  concurrency,
});

test("behind a cap the difference is named, with its size and its cause", () => {
  const [warning, ...more] = warningsOf(open(1), openLoop(1), "concurrency");
  expect(more).toEqual([]);
  expect(warning!.message).toBe(
    "TTFT p99 from intended time is 5.00 s, from sent time 40.0 ms: requests waited up to 4.99 s for a slot (--concurrency 1)",
  );
});

test("without a cap both latencies show the freeze, and there is nothing to name", () => {
  expect(warningsOf(open(null), openLoop(null))).toEqual([]);
});

test("a cap that cost next to nothing is still said", () => {
  const records = openLoop(null).map((r) => ({ ...r, intendedAt: r.intendedAt - 1 }));
  expect(warningsOf(open(1), records, "concurrency").map(({ code }) => code)).toEqual(["held-back"]);
});

test("a closed loop shows the freeze in neither latency: the pause is named", () => {
  const [warning] = warningsOf({ kind: "closed", concurrency: 1 }, closedLoop());
  expect(warning!.code).toBe("closed-loop-pause");
  expect(warning!.message).toMatch(/^for 5\.0\d s no user sent anything.*with 12\d requests$/);
  // Eight users of whom each meets the freeze: 8 of 300 show it in p99.
  const shown = closedLoop().map((r, i) => (i % 30 === 0 ? { ...r, endAt: r.sentAt! + 5000 } : r));
  expect(warningsOf({ kind: "closed", concurrency: 1 }, shown)).toEqual([]);
});

test("users who found no server waited for one: that is said, and is no wait for an answer", () => {
  const failure = { class: "connect", phase: "connect", message: "refused" } as const;
  const records = closedLoop().map((r) =>
    r.sentAt! >= FREEZE.startAt && r.sentAt! < FREEZE.endAt ? { ...r, headersAt: null, failure } : r,
  );
  const [warning, ...more] = warningsOf({ kind: "closed", concurrency: 1 }, records);
  expect([warning!.code, more.length]).toEqual(["backed-off", 0]);
  expect(warning!.message).toBe(
    "1 times a user found no server and waited before the next request, 10.0 ms at first and up to 1.00 s",
  );
});

test("fewer requests than users are named; users who think between their turns are not", () => {
  const [warning, ...more] = warningsOf({ kind: "closed", concurrency: 301 }, closedLoop());
  expect(more.map(({ code }) => code)).toEqual(["closed-loop-pause"]);
  expect(warning!.message).toBe(
    "no more than 1 requests were in flight, where 301 users were asked for: 300 were sent",
  );
  // One at a time, since they pause, but each of them sent.
  const codes = warningsOf({ kind: "closed", concurrency: 300 }, closedLoop()).map(({ code }) => code);
  expect(codes).not.toContain("fewer-in-flight");
});
