import { expect, test } from "bun:test";
import { rngFor } from "../core/rng.ts";
import { autoregression } from "./series.fake.ts";
import { type TimedSeries, warmupCut } from "./warmup-cut.ts";

const RUN_MS = 100_000;

interface Scenario {
  requests: number;
  /** Latency and in-flight at the start, over their steady level. */
  latencyFrom: number;
  inFlightFrom: number;
  /** AR(1) coefficient and sd of the log of latencies. */
  phi: number;
  noise: number;
  ramp: "5 to 25 %" | "none";
}

/** A run whose ramp is linear and ends at a known share of it, drawn from 5 to 25 %. */
function simulate(seed: number, { requests, latencyFrom, inFlightFrom, phi, noise, ramp }: Scenario) {
  const rng = rngFor(seed, "ramp");
  const share = ramp === "none" ? 0 : 0.05 + 0.2 * rng.uniform();
  const atMs = Float64Array.from({ length: requests }, () => RUN_MS * rng.uniform()).sort();
  const level = (at: number, from: number) => {
    const done = share === 0 ? 1 : Math.min(1, at / (share * RUN_MS));
    return from + (1 - from) * done;
  };
  const logs = autoregression(rng, requests, phi);
  const latency = atMs.map((at, i) => 200 * level(at, latencyFrom) * Math.exp(noise * logs[i]!));
  const stepsMs = Float64Array.from({ length: 1000 }, (_, i) => (i * RUN_MS) / 1000);
  const waves = autoregression(rng, 1000, 0.9);
  const inFlight = stepsMs.map((at, i) => Math.round(64 * level(at, inFlightFrom) * (1 + 0.1 * waves[i]!)));
  return {
    rampShare: share,
    latency: { atMs, values: latency },
    inFlight: { atMs: stepsMs, values: inFlight },
  };
}

function cuts(scenario: Scenario) {
  const shares: number[] = [];
  let tooEarly = 0;
  for (let seed = 0; seed < 100; seed++) {
    const { rampShare, latency, inFlight } = simulate(seed, scenario);
    const share = warmupCut(latency, inFlight)!.cutAtMs / RUN_MS;
    shares.push(share);
    if (rampShare - share > 0.05) tooEarly++;
  }
  return { tooEarly, median: shares.sort((a, b) => a - b)[50]! };
}

const ramp = {
  requests: 2000,
  latencyFrom: 1,
  inFlightFrom: 1,
  phi: 0,
  noise: 0.5,
  ramp: "5 to 25 %",
} as const;

test.each([
  ["latency, independent", { ...ramp, latencyFrom: 0.2 }],
  ["latency, AR(1) 0.6", { ...ramp, latencyFrom: 0.2, phi: 0.6, noise: 0.3 }],
  ["latency from far above, as after a cold start", { ...ramp, latencyFrom: 5, phi: 0.6, noise: 0.3 }],
  ["in-flight", { ...ramp, inFlightFrom: 0 }],
  ["both, AR(1) 0.6", { ...ramp, latencyFrom: 0.3, inFlightFrom: 0, phi: 0.6 }],
  ["in-flight of a short run", { ...ramp, requests: 300, inFlightFrom: 0 }],
])("the steady part begins at most 5 %% of the run before the ramp ends: %s", (_, scenario) => {
  expect(cuts(scenario).tooEarly).toBeLessThanOrEqual(5);
});

test("a run without a ramp loses little", () => {
  for (const phi of [0, 0.6]) expect(cuts({ ...ramp, phi, ramp: "none" }).median).toBeLessThan(0.03);
});

test("takes the later of the two, and a third more", () => {
  const step = (endMs: number): TimedSeries => ({
    atMs: Float64Array.from({ length: 500 }, (_, i) => 1000 + i),
    values: Float64Array.from({ length: 500 }, (_, i) => (i < endMs ? 50 : 10 + (i % 2))),
  });
  expect(warmupCut(step(60), step(90))).toEqual({
    cutAtMs: 1120,
    latencyAtMs: 1060,
    inFlightAtMs: 1090,
    isAtLimit: false,
  });
  expect(warmupCut(step(200), step(0))!.cutAtMs).toBe(1249.5);
});

test("one latency of seconds does not move the cut behind it", () => {
  const { latency, inFlight } = simulate(1, { ...ramp, ramp: "none" });
  const usual = warmupCut(latency, inFlight)!.cutAtMs;
  const values = latency.values.map((value, i) => (i === 900 ? 30_000 : value));
  expect(warmupCut({ ...latency, values }, inFlight)!.cutAtMs).toBe(usual);
});

test("latencies of 0, and series too short, are taken as they are", () => {
  const zeros = { atMs: Float64Array.from({ length: 60 }, (_, i) => i), values: new Float64Array(60) };
  const short = { atMs: [0, 1], values: [1, 2] };
  const none = { atMs: [], values: [] };
  expect(warmupCut(zeros, short)).toEqual({
    cutAtMs: 0,
    latencyAtMs: 0,
    inFlightAtMs: null,
    isAtLimit: false,
  });
  expect(warmupCut(short, none)).toBeNull();
});
