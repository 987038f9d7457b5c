import { marksOf } from "./judge.ts";
import type { LevelLoad } from "./level.ts";
import type { LevelFigures, LevelLatency } from "./level-figures.ts";
import type { LevelResult } from "./profile-shape.ts";

/** Latencies of `ms` and all that is above it. */
export function fakeLatency(ms: number, over: Partial<LevelLatency["p50"]> = {}): LevelLatency {
  const at = (value: number) => ({
    value,
    isLowerBound: false,
    low: value,
    high: value,
    small: false,
    ...over,
  });
  return { n: 100, p50: at(ms), p90: at(2 * ms), p99: at(3 * ms) };
}

/** Figures of a level at 4 req/s where all went well. */
export function fakeFigures(given: Partial<LevelFigures> = {}): LevelFigures {
  return {
    window: "steady",
    durationS: 25,
    n: 100,
    requests: { total: 100, succeeded: 100, failed: 0, censored: 0, byClass: {} },
    askedPerS: 4,
    plannedPerS: 4,
    sentPerS: 4,
    hitCap: null,
    requestThroughputPerS: 4,
    outputTokensPerS: 512,
    answerTokens: { n: 100, mean: 128, sd: 0 },
    sessions: null,
    peakInFlight: 9,
    ttftMs: fakeLatency(50),
    tpotMs: fakeLatency(10),
    ntpotMs: fakeLatency(11),
    e2elMs: fakeLatency(1400),
    goodput: null,
    usdPerMOutputTokens: null,
    usdPerMTotalTokens: null,
    joulesPerOutputToken: null,
    gpus: null,
    outputTokensPerSPerGpu: null,
    validity: { verdict: "fit", reasons: [] },
    gatesFailed: 0,
    ...given,
  };
}

/** A level that came to its end, with the marks that it has. */
export function fakeLevel(given: Partial<LevelResult> = {}): LevelResult {
  const load: LevelLoad = { kind: "rate", ratePerS: 4 };
  const level: LevelResult = {
    number: 1,
    name: "01-rate-4",
    role: "listed",
    load,
    requests: 100,
    durationMs: null,
    arrivalSeed: 1,
    status: "complete",
    directory: "levels/01-rate-4",
    seedFiles: [],
    latencyFile: "latency-profile-2026-11-23_08-38-33.txt",
    startedAt: "2026-11-23T08:38:33.000Z",
    exit: 0,
    saturated: false,
    saturation: null,
    backlog: null,
    idle: null,
    marks: [],
    trial: null,
    figures: fakeFigures(),
    warnings: [],
    ...given,
  };
  return { ...level, marks: given.marks ?? marksOf(level) };
}
