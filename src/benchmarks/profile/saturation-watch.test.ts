import { describe, expect, test } from "bun:test";
import { rngFor } from "../../core/rng.ts";
import { capacity } from "../../mock/engine/capacity.ts";
import { runVirtualLoad } from "../../mock/engine/virtual-load.fake.ts";
import { type LevelRequest, watchLevel } from "./watched-level.fake.ts";

const PARAMS = {
  maxNumSeqs: 8,
  maxBatchedTokens: 2048,
  prefillTokensPerS: 20_000,
  stepBaseMs: 15,
  stepPerSeqMs: 0.5,
  kvTokens: 200_000,
};
/** Of prompts of 100 tokens and answers of 12: 30 req/s. */
const BATCHING_PER_S = capacity(PARAMS, 100, 12).requestsPerS;
const SINGLE_PER_S = 40;
const LEVEL_MS = 60_000;
const MIN_MS = 5000;

type Server = (load: number, seed: number) => LevelRequest[];

/** The mock's model, at `load` times its capacity. */
const batching: Server = (load, seed) => {
  const requests: LevelRequest[] = [];
  const ratePerS = load * BATCHING_PER_S;
  const lengths = { promptTokens: [100, 100], outputTokens: [8, 16] } as const;
  runVirtualLoad(
    { params: PARAMS, ...lengths, ratePerS, seed },
    Math.ceil((ratePerS * LEVEL_MS) / 1000),
    (request) => requests.push(request) > 0,
  );
  return requests;
};

/** One server, exponential service: M/M/1. Requests get their first token when their service begins. */
const single: Server = (load, seed) => {
  const rng = rngFor(seed, "single server");
  let arrivedAtMs = 0;
  let freeAtMs = 0;
  return Array.from({ length: Math.ceil((load * SINGLE_PER_S * LEVEL_MS) / 1000) }, () => {
    arrivedAtMs += (1000 * rng.exponential()) / (load * SINGLE_PER_S);
    const firstTokenAtMs = Math.max(arrivedAtMs, freeAtMs);
    freeAtMs = firstTokenAtMs + (1000 * rng.exponential()) / SINGLE_PER_S;
    return { arrivedAtMs, firstTokenAtMs, endAtMs: freeAtMs };
  });
};

/** When the watch had seen enough, in s, of so many levels; null where it never had. */
function enoughAtS(server: Server, load: number, levels: number): (number | null)[] {
  return Array.from({ length: levels }, (_, seed) => {
    const { enoughAtMs } = watchLevel(server(load, seed), LEVEL_MS, MIN_MS);
    return enoughAtMs === null ? null : enoughAtMs / 1000;
  });
}

const stopped = (found: readonly (number | null)[]) => found.filter((at) => at !== null);

describe.each([
  ["batching", batching],
  ["a single server", single],
] as const)("%s", (_, server) => {
  test("next to no level of a minute below capacity is ended", () => {
    expect(stopped(enoughAtS(server, 0.6, 50)).length).toBe(0);
    expect(stopped(enoughAtS(server, 0.9, 200)).length).toBeLessThanOrEqual(2);
  });

  test("at capacity few are, though the queue wanders", () => {
    expect(stopped(enoughAtS(server, 1, 50)).length).toBeLessThanOrEqual(4);
  });

  test("at twice the capacity every level is, within seconds", () => {
    const found = stopped(enoughAtS(server, 2, 50));
    expect(found.length).toBe(50);
    expect(Math.max(...found)).toBeLessThan(12);
  });

  test("a fifth beyond it most are", () => {
    expect(stopped(enoughAtS(server, 1.2, 50)).length).toBeGreaterThan(40);
  });
});

test("a burst alone ends no level", () => {
  for (let seed = 0; seed < 20; seed++) {
    const burst = Array.from({ length: 200 }, (_, i) => 30_000 + i);
    const requests = single(0.5, seed).map(({ arrivedAtMs }) => arrivedAtMs);
    let freeAtMs = 0;
    const served = [...requests, ...burst]
      .sort((one, other) => one - other)
      .map((arrivedAtMs) => {
        const firstTokenAtMs = Math.max(arrivedAtMs, freeAtMs);
        freeAtMs = firstTokenAtMs + 1000 / SINGLE_PER_S;
        return { arrivedAtMs, firstTokenAtMs, endAtMs: freeAtMs };
      });
    expect(watchLevel(served, LEVEL_MS, MIN_MS).enoughAtMs).toBeNull();
  }
});

test("many requests in flight alone, or slower first tokens alone, are no saturation", () => {
  const arrivals = Array.from({ length: 3000 }, (_, i) => 20 * i);
  // Answers become longer and longer, or first tokens later and later behind answers that end at once.
  const longer = arrivals.map((at) => ({
    arrivedAtMs: at,
    firstTokenAtMs: at + 10,
    endAtMs: at + 20 + 0.4 * at,
  }));
  const { enoughAtMs, watch } = watchLevel(longer, LEVEL_MS, MIN_MS);
  expect(enoughAtMs).toBeNull();
  expect(watch.verdict!.inFlight.pValue).toBeLessThan(0.005);
  expect(watch.verdict!.ttft.slopePerS).toBeLessThan(1);
});

test("the verdict stays, with both slopes", () => {
  const { watch } = watchLevel(single(2, 1), LEVEL_MS, MIN_MS);
  const verdict = watch.verdict!;
  expect(verdict.saturated).toBe(true);
  // 80 arrive and 40 leave each second; who comes a second later waits a second longer, seen when it ends.
  expect(verdict.inFlight.slopePerS).toBeGreaterThan(20);
  expect(verdict.inFlight.slopePerS).toBeLessThan(60);
  expect(verdict.ttft.slopePerS).toBeGreaterThan(250);
  expect(verdict.ttft.slopePerS).toBeLessThan(800);
  for (let i = 0; i < 100; i++) watch.progress(0);
  expect(watch.verdict).toEqual(verdict);
});

test("nothing is said before the least duration, nor of a server that answers nothing", () => {
  const early = watchLevel(single(4, 1), 4000, MIN_MS);
  expect([early.enoughAtMs, early.watch.verdict]).toEqual([null, null]);
  const silent = single(2, 1).map((request) => ({ ...request, endAtMs: Number.POSITIVE_INFINITY }));
  expect(watchLevel(silent, LEVEL_MS, MIN_MS).watch.verdict).toBeNull();
});
