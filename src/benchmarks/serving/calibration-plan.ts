import { rngFor } from "../../core/rng.ts";
import type { ExpectedLoad } from "./calibration-load.ts";
import { makePlan, type ServingPlan } from "./plan.ts";
import type { Prompt } from "./workload/prompt.ts";

/** A calibration's own load, in the shape of every other run. */
export interface CalibrationPlan {
  plan: ServingPlan;
  /** Streams that are open from the begin to the end. */
  streams: number;
  /** What came before this, ms after the start, is not counted: connections are opened, code is compiled. */
  settledMs: number;
}

export interface CalibrationLimits {
  /** How long requests are sent. */
  sendMs: number;
  /** Most streams that this process can hold open. */
  mostStreams: number;
}

/** Fewer requests would give no error bar: with 30 a second it rests on about 40. */
const LEAST_REQUESTS_PER_S = 30;
/** A mock that shares the machine with the client takes half a core at these rates. */
const MOST_REQUESTS_PER_S = 1000;
const MOST_CHUNKS_PER_S = 10_000;
/** The requests that come and go bring so many tokens; the streams that stay bring the rest. */
const SHORT_TOKENS = 8;
const LEAST_ITL_MS = 1;
/** The lasting streams are opened one after the other in this share of the time, and settled in this one. */
const OPENING_SHARE = 0.15;
const SETTLED_SHARE = 0.25;
const DRAIN_MS = 100;
const SEED = 1;

/**
 * Pure: requests that come at the run's rate (Poisson), and beside them streams that last, so many that the chunk rate is
 * the run's too. Request i has a prompt of i + 1 tokens, by which the mock's truth knows it.
 */
export function calibrationPlan(
  load: ExpectedLoad,
  { sendMs, mostStreams }: CalibrationLimits,
  request: ServingPlan["request"],
): CalibrationPlan {
  const requestsPerS = clamp(load.requestsPerS, LEAST_REQUESTS_PER_S, MOST_REQUESTS_PER_S);
  const chunksPerS = Math.min(load.chunksPerS, MOST_CHUNKS_PER_S);
  const itlMs = mockItlMs(load);
  const shortTokens = clamp(Math.floor(chunksPerS / requestsPerS), 2, SHORT_TOKENS);
  const shortPerS = requestsPerS * shortTokens;
  const lastingStreams = ((chunksPerS - shortPerS) * itlMs) / 1000;
  // Rather more chunks than fewer: the errors shown must not be too small.
  const streams = Math.ceil(clamp(lastingStreams, 0, mostStreams - Math.ceil((shortPerS * itlMs) / 1000)));
  const openingMs = OPENING_SHARE * sendMs;
  const lasting = Float64Array.from({ length: streams }, (_, i) => (openingMs * i) / streams);
  const short = poissonTimes(requestsPerS, openingMs, sendMs);
  const times = new Float64Array(streams + short.length);
  times.set(lasting);
  times.set(short, streams);
  const plan = makePlan({
    load: { kind: "open", arrival: { kind: "trace", times }, concurrency: null },
    stop: { requests: null, durationMs: null },
    warmupRequests: 0,
    drainMs: DRAIN_MS,
    limits: { firstTokenMs: sendMs, betweenChunksMs: sendMs, totalMs: 2 * sendMs },
    seed: SEED,
    request: { ...request, stream: true, ignoreEos: false, extra: {} },
    prompts: {
      describe: { kind: "calibration" },
      at: (i) =>
        promptOf(i, i < streams ? Math.max(2, Math.floor((sendMs - times[i]!) / itlMs)) : shortTokens),
    },
    warmupPrompts: { describe: { kind: "none" }, at: (i) => promptOf(i, 1) },
    sessions: null,
    trafficSplit: null,
  });
  return { plan, streams, settledMs: SETTLED_SHARE * sendMs };
}

/** Gap between tokens that the mock has to keep. */
export function mockItlMs(load: ExpectedLoad): number {
  return Math.max(LEAST_ITL_MS, load.itlMs);
}

function promptOf(index: number, maxTokens: number): Prompt {
  return { text: "a ".repeat(index + 1), promptTokens: index + 1, maxTokens };
}

function poissonTimes(ratePerS: number, fromMs: number, toMs: number): Float64Array {
  const rng = rngFor(SEED, "calibration");
  const times: number[] = [];
  for (
    let atMs = fromMs + (rng.exponential() * 1000) / ratePerS;
    atMs < toMs;
    atMs += (rng.exponential() * 1000) / ratePerS
  )
    times.push(atMs);
  return Float64Array.from(times);
}

function clamp(value: number, least: number, most: number): number {
  return Math.max(least, Math.min(value, most));
}
