import type { ServingPlan } from "./plan.ts";

/** How fast one stream of the server is, as far as that is known before the run. */
export interface Pace {
  ttftMs: number;
  itlMs: number;
}

/** What the client will have to cope with when the run is at its most. */
export interface ExpectedLoad {
  requestsPerS: number;
  chunksPerS: number;
  /** Gap between the chunks of one stream. */
  itlMs: number;
  /** Where the pace of a stream comes from: the requests of the preflight, or nowhere. */
  pace: "preflight" | "assumed";
}

/** Of a stream of which nothing is known: a small model on one GPU. */
const ASSUMED_PACE: Pace = { ttftMs: 100, itlMs: 20 };
/** Prompts of which the mean answer is taken: making one takes about 0.1 ms. */
const LOOKED_AT = 100;
/** A peak is the most requests within this time. */
const PEAK_MS = 1000;

/**
 * Pure: the request rate and the chunk rate that a plan leads to, one chunk a token.
 * @param measured of an idle server; a loaded one is slower, so that a closed loop's rates are upper bounds
 */
export function expectedLoad(plan: ServingPlan, measured: Pace | null): ExpectedLoad {
  const pace = measured ?? ASSUMED_PACE;
  const tokens = plan.request.stream ? meanOutputTokens(plan) : 1;
  const { load } = plan;
  const streamMs = pace.ttftMs + pace.itlMs * (tokens - 1);
  const requestsPerS =
    load.kind === "closed" ? (1000 * load.concurrency) / streamMs : peakRatePerS(plan) * meanTurns(plan);
  const streams = Math.min(load.concurrency ?? Number.POSITIVE_INFINITY, requestCount(plan));
  // So many streams give no more than one chunk each in an inter-token gap.
  const mostChunksPerS = tokens > 1 ? (1000 * streams) / pace.itlMs : Number.POSITIVE_INFINITY;
  return {
    requestsPerS,
    chunksPerS: Math.min(requestsPerS * tokens, mostChunksPerS),
    itlMs: pace.itlMs,
    pace: measured === null ? "assumed" : "preflight",
  };
}

function requestCount({ offsetsMs, stop }: ServingPlan): number {
  return offsetsMs?.length ?? stop.requests ?? Number.POSITIVE_INFINITY;
}

/** The rate asked for where there is one, else the most requests within a second. */
function peakRatePerS({ load, offsetsMs }: ServingPlan): number {
  const arrival = load.kind === "open" ? load.arrival : null;
  if (arrival !== null && "ratePerS" in arrival && Number.isFinite(arrival.ratePerS)) return arrival.ratePerS;
  const offsets = offsetsMs ?? new Float64Array(0);
  let most = 0;
  for (let i = 0, first = 0; i < offsets.length; i++) {
    while (offsets[i]! - offsets[first]! >= PEAK_MS) first++;
    most = Math.max(most, i + 1 - first);
  }
  return (1000 * most) / PEAK_MS;
}

/** Requests that an arrival leads to: more than one where it begins a conversation. */
function meanTurns({ sessions }: ServingPlan): number {
  if (sessions === null) return 1;
  let turns = 0;
  for (let i = 0; i < LOOKED_AT; i++) turns += sessions.at(i).turns.length;
  return turns / LOOKED_AT;
}

function meanOutputTokens(plan: ServingPlan): number {
  const count = Math.min(requestCount(plan), Number.MAX_SAFE_INTEGER);
  const looked = Math.max(1, Math.min(LOOKED_AT, count));
  const every = Number.isFinite(requestCount(plan)) ? Math.max(1, Math.floor(count / looked)) : 1;
  let sum = 0;
  for (let i = 0; i < looked; i++) sum += plan.prompts.at(i * every).maxTokens;
  return sum / looked;
}
