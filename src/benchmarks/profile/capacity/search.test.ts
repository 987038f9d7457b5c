import { expect, test } from "bun:test";
import { record } from "../../serving/record.fake.ts";
import { parseSlos } from "../../serving/slo.ts";
import { findCapacity } from "./search.ts";
import { knownCurve, LIMITS, searchAt } from "./study.fake.ts";
import { counted, type LoadTrial, loadTrial, trialOf } from "./trial.ts";

const server = knownCurve(10, 0.5);

test("stops once the interval is ± 5 %, without a reason", async () => {
  const { ratePerS, low, high, reason, trials } = await searchAt(server, 1, { maxRequests: 50_000 });
  expect(reason).toBeNull();
  expect((high! - low!) / 2 / ratePerS!).toBeLessThanOrEqual(0.05);
  expect(trials.reduce((sum, { total }) => sum + total, 0)).toBeLessThan(50_000);
});

test("says where the requests were too few for that, and sends no more of them", async () => {
  const { ratePerS, reason, trials } = await searchAt(server, 1, { maxRequests: 600 });
  expect(ratePerS).toBeGreaterThan(20);
  expect(reason).toBe("the interval is wider than ± 5 % after 600 requests");
  expect(trials.reduce((sum, { total }) => sum + total, 0)).toBeLessThanOrEqual(600);
});

test("a search that may send for so long sends no longer, and says so", async () => {
  const { trials, reason } = await searchAt(server, 1, { maxRequests: 100_000, maxS: 60 });
  const sentS = trials.reduce((sum, { ratePerS, total }) => sum + total / ratePerS, 0);
  expect(sentS).toBeLessThanOrEqual(60);
  expect(trials.length).toBeGreaterThan(8);
  expect(reason).toBe("the interval is wider than ± 5 % after 60.0 s of sending");
  const none = await searchAt(server, 1, { maxS: 10, startRatePerS: 1 });
  expect([none.trials.length, none.reason]).toEqual([
    0,
    "10.0 s of sending were too few to find a rate on either side of the capacity",
  ]);
});

test("too few requests for any trial", async () => {
  const { ratePerS, low, high, reason, trials } = await searchAt(server, 1, { maxRequests: 10 });
  expect([ratePerS, low, high, trials.length]).toEqual([null, null, null, 0]);
  expect(reason).toBe("10 requests were too few to find a rate on either side of the capacity");
});

test("requests that are spent on good levels alone give no rate", async () => {
  const { ratePerS, reason, trials } = await searchAt(server, 1, { maxRequests: 100, startRatePerS: 1 });
  expect(trials.map(({ good, total }) => good === total)).toEqual([true, true]);
  expect([ratePerS, reason]).toEqual([
    null,
    "100 requests were too few to find a rate on either side of the capacity",
  ]);
});

test("even the lowest rate is too high: an upper bound, and why", async () => {
  const { ratePerS, low, high, reason } = await searchAt(() => new Uint8Array(500), 1);
  expect([ratePerS, low, high]).toEqual([null, null, 0.5]);
  expect(reason).toBe(
    "even at 0.5 req/s, the lowest rate tried, fewer than 95 % of the requests met the limits",
  );
});

test("the highest rate is still good: a lower bound, and why", async () => {
  const all: typeof server = (_, requests) => new Uint8Array(requests).fill(1);
  const { ratePerS, low, high, reason, trials } = await searchAt(all, 1, { maxRatePerS: 12 });
  expect([ratePerS, low, high]).toEqual([null, 12, null]);
  expect(reason).toBe(
    "at 12 req/s, the highest rate tried, 95 % of the requests still met the limits: the capacity is higher",
  );
  // 5 and 10 by looks; 12 by a look and a longer one, before that is said.
  expect(trials.map(({ ratePerS }) => ratePerS)).toEqual([5, 10, 12, 12]);
});

test("a saturated level counts as far above, whatever it had shown", async () => {
  const rates: number[] = [];
  const measure = async (ratePerS: number, requests: number) => {
    rates.push(ratePerS);
    return trialOf(ratePerS, new Uint8Array(requests).fill(1), ratePerS > 30);
  };
  const { ratePerS, low, high } = await findCapacity(measure, LIMITS);
  expect(ratePerS).toBeGreaterThan(27);
  expect(ratePerS).toBeLessThan(33);
  expect([low! < 30, high! > 30]).toEqual([true, true]);
  expect(Math.max(...rates)).toBe(40);
});

test("goes on from known trials, which cost it no requests", async () => {
  const known = [10, 20, 40].map((ratePerS, level) => trialOf(ratePerS, server(ratePerS, 300, level), false));
  const { trials } = await searchAt(server, 3, { known });
  expect(trials.slice(0, 3)).toEqual(known);
  expect(trials[3]!.ratePerS).toBeGreaterThan(20);
  expect(trials[3]!.ratePerS).toBeLessThan(40);
});

test("an interrupted search that is given its trials again goes on as it would have", async () => {
  const whole = await searchAt(server, 4);
  const again: LoadTrial[] = [...whole.trials];
  const { trials } = await findCapacity(async (ratePerS) => {
    const next = again.shift()!;
    expect(ratePerS).toBe(next.ratePerS);
    return next;
  }, LIMITS);
  expect(trials).toEqual(whole.trials);
});

test("a level that cannot be used is measured again", async () => {
  const rates: number[] = [];
  const measure = async (ratePerS: number, requests: number): Promise<LoadTrial> => {
    rates.push(ratePerS);
    const isLost = rates.length % 3 === 0;
    if (isLost) return { ratePerS, good: 0, total: 0, saturated: false };
    return trialOf(ratePerS, server(ratePerS, requests, rates.length), false);
  };
  const { ratePerS } = await findCapacity(measure, LIMITS);
  expect(rates[3]).toBe(rates[2]!);
  expect(Math.abs(ratePerS! / 30 - 1)).toBeLessThan(0.15);
});

test("a search that is stopped says what its trials tell by then", async () => {
  const stoppedAfter = (trials: number) => {
    const rates: number[] = [];
    return findCapacity(async (ratePerS, requests) => {
      if (rates.push(ratePerS) > trials) return null;
      return trialOf(ratePerS, server(ratePerS, requests, rates.length), false);
    }, LIMITS);
  };
  const { ratePerS, low, high, trials, reason } = await stoppedAfter(9);
  expect([Math.abs(ratePerS! / 30 - 1) < 0.25, low! < high!, trials.length]).toEqual([true, true, 9]);
  expect(reason).toBe("the search was stopped before its end");
  expect(await stoppedAfter(1)).toMatchObject({
    ratePerS: null,
    reason: "the search was stopped before it had a rate on either side of the capacity",
  });
});

/** A search whose client is unfit at this rate and above. */
async function searchWithClient(mostPerS: number, startRatePerS = LIMITS.startRatePerS) {
  const rates: number[] = [];
  const measure = async (ratePerS: number, requests: number): Promise<LoadTrial> => {
    rates.push(ratePerS);
    if (ratePerS >= mostPerS) return { ratePerS, good: 0, total: 0, saturated: false, unfit: "it was late" };
    return trialOf(ratePerS, server(ratePerS, requests, rates.length), false);
  };
  return { ...(await findCapacity(measure, { ...LIMITS, startRatePerS })), rates };
}

test("a client that cannot send at any rate is not asked for ever", async () => {
  const { ratePerS, reason, rates } = await searchWithClient(0);
  expect([ratePerS, reason]).toEqual([null, "the client cannot send 0.5 req/s (it was late)"]);
  expect(rates).toEqual([5, 5, 5, 2.5, 2.5, 2.5, 1.25, 1.25, 1.25, 0.625, 0.625, 0.625, 0.5, 0.5, 0.5]);
});

test("a client that is slower than the server: from what rate on", async () => {
  const { ratePerS, reason, rates } = await searchWithClient(20);
  expect(ratePerS).toBeNull();
  expect(reason).toMatch(/^the client cannot send 20 req\/s \(it was late\)$/);
  expect(rates.filter((rate) => rate >= 20).length).toBe(3);
});

test("a client that could start no higher goes lower and finds the capacity there", async () => {
  const { ratePerS, rates } = await searchWithClient(60, 100);
  expect(rates.slice(0, 4)).toEqual([100, 100, 100, 50]);
  expect(Math.abs(ratePerS! / 30 - 1)).toBeLessThan(0.15);
});

test("levels without their parts are taken as they are", async () => {
  const measure = async (ratePerS: number, requests: number): Promise<LoadTrial> => {
    const { good, total } = trialOf(ratePerS, server(ratePerS, requests, Math.round(1000 * ratePerS)), false);
    return { ratePerS, good, total, saturated: false };
  };
  const { ratePerS, low, high } = await findCapacity(measure, LIMITS);
  expect(Math.abs(ratePerS! / 30 - 1)).toBeLessThan(0.1);
  expect([low! < 30, high! > 30]).toEqual([true, true]);
});

test("a level's records make a trial: by due time, without warm-up, failures bad", () => {
  const { slos } = parseSlos("ttft=100ms");
  const records = Array.from({ length: 40 }, (_, i) =>
    record({ intendedAt: 40 - i, sentAt: 0, firstTokenAt: i < 10 ? 200 : 50 }),
  );
  records[39] = record({ intendedAt: 1, failure: { class: "reset", phase: "body", message: "" } });
  const facts = { endedEarly: false, backlog: null, heldBack: false };
  const trial = loadTrial(8, [...records, record({ stage: "warmup" })], slos, facts);
  expect(trial).toEqual({
    ratePerS: 8,
    good: 29,
    total: 40,
    saturated: false,
    goodIn: [1, ...Array(14).fill(2), ...Array(5).fill(0)],
  });
  // Without the first quarter.
  expect(counted(trial)).toMatchObject({ good: 20, total: 30 });
  expect(counted({ ...trial, saturated: true })).toMatchObject({ good: 0, total: 30 });
  const backlog = { due: 400, failed: 0, grown: 50, filling: 0, burst: 0 };
  expect(loadTrial(8, records, slos, { ...facts, backlog })).toMatchObject({ saturated: true, takenPerS: 6 });
  expect(loadTrial(8, records, slos, { ...facts, backlog: { ...backlog, grown: 30 } })).toEqual(trial);
});

test("where a cap held requests back, latencies count from when they fell due", () => {
  const { slos } = parseSlos("ttft=100ms,e2el=1s");
  const waited = record({ intendedAt: 0, sentAt: 5000, firstTokenAt: 5050, lastTokenAt: 5500, endAt: 5500 });
  const facts = { endedEarly: false, backlog: null };
  const good = (heldBack: boolean) => loadTrial(8, [waited], slos, { ...facts, heldBack }).good;
  expect([good(false), good(true)]).toEqual([1, 0]);
});
