import type { Load, Stop } from "../../benchmarks/serving/plan.ts";
import { parseUntil } from "../../benchmarks/serving/until.ts";
import { type Arrival, refuseTooMany } from "../../benchmarks/serving/workload/arrivals.ts";
import { readTrace, type Trace } from "../../benchmarks/serving/workload/trace.ts";
import { assertNever, type ToolError, usageError } from "../../core/errors.ts";
import type { ServingValues } from "./config.ts";

/** A bare `--rate inf` sends this many, a run without any limit lasts this long. */
const DEFAULT_PROMPTS = 1000;
const DEFAULT_DURATION_MS = 60_000;
/** The longest that `--until` may take where nobody says how long. */
const DEFAULT_MAX_DURATION_MS = 600_000;
/** Users of a run that names neither a rate nor a concurrency. */
const DEFAULT_USERS = 8;

/** How requests are sent, and until when. @throws ToolError USAGE */
export function loadOf(values: ServingValues, trace: Trace | null): { load: Load; stop: Stop } {
  const arrival = arrivalOf(values, trace);
  const { concurrency } = values;
  const load: Load =
    arrival === null
      ? { kind: "closed", concurrency: concurrency ?? DEFAULT_USERS }
      : { kind: "open", arrival, concurrency: concurrency ?? null };
  const until = values.until.map(parseUntil);
  let { numPrompts: requests = null } = values;
  let durationMs = longestMs(values);
  if (values.rate === Number.POSITIVE_INFINITY) {
    // Conversations go on after they have begun.
    if (durationMs !== null && !values.conversations) {
      throw usageError(
        `--${until.length > 0 ? "until" : "duration"} has no effect with --rate inf, which sends all requests at once`,
        "Give --num-prompts.",
      );
    }
    requests ??= DEFAULT_PROMPTS;
  } else if (requests === null && trace === null) durationMs ??= DEFAULT_DURATION_MS;
  if (arrival !== null) refuseTooMany(arrival, { count: requests, durationMs });
  return { load, stop: { durationMs, requests, ...(until.length > 0 ? { until } : {}) } };
}

/** After how long sending stops at the latest; null where no flag says it. @throws ToolError USAGE */
function longestMs({ until, duration, maxDuration }: ServingValues): number | null {
  if (until.length === 0) {
    if (maxDuration === undefined) return duration ?? null;
    throw usageError("--max-duration has no effect without --until", "Give --duration.");
  }
  if (duration === undefined) return maxDuration ?? DEFAULT_MAX_DURATION_MS;
  throw twoEnds();
}

/** Of --duration beside --until. */
export function twoEnds(): ToolError {
  return usageError(
    "--duration and --until both say when the run ends",
    "Give --max-duration for the longest that --until may take.",
  );
}

/** How requests follow one another in an open loop; null: a closed loop. */
function arrivalOf(values: ServingValues, trace: Trace | null): Arrival | null {
  const { rate: ratePerS, ramp, arrival, burstiness, burstSize } = values;
  const given = [
    ["--rate", ratePerS],
    ["--ramp", ramp],
    ["--trace", trace ?? undefined],
  ].filter(([, value]) => value !== undefined);
  if (given.length > 1)
    throw usageError(
      `${given.map(([name]) => name).join(" and ")} all say when to send`,
      "Give one of them.",
    );
  const isRated = ratePerS !== undefined;
  for (const [flag, isGiven, needs, isRight] of [
    ["--arrival", arrival !== "poisson", "--rate", isRated],
    ["--burstiness", burstiness !== undefined, "--arrival gamma", isRated && arrival === "gamma"],
    ["--burst-size", burstSize !== undefined, "--arrival burst", isRated && arrival === "burst"],
    ["--time-scale", values.timeScale !== 1, "--trace", trace !== null],
    ["--max-requests", values.maxRequests !== undefined, "--trace", trace !== null],
  ] as const) {
    if (isGiven && !isRight) throw usageError(`${flag} has no effect without ${needs}`);
  }
  if (trace !== null) return { kind: "trace", times: trace.times };
  if (ramp !== undefined) return ramp;
  if (ratePerS === undefined) return null;
  if (ratePerS === Number.POSITIVE_INFINITY && arrival !== "poisson") {
    throw usageError(`--arrival ${arrival} has no effect with --rate inf, which sends all requests at once`);
  }
  switch (arrival) {
    case "poisson":
    case "constant":
      return { kind: arrival, ratePerS };
    case "gamma":
      if (burstiness === undefined) throw usageError("--arrival gamma needs --burstiness, such as 0.5");
      return { kind: "gamma", ratePerS, burstiness };
    case "burst":
      if (burstSize === undefined) throw usageError("--arrival burst needs --burst-size, such as 16");
      return { kind: "burst", size: burstSize, everyMs: (1000 * burstSize) / ratePerS };
    default:
      return assertNever(arrival);
  }
}

/** The trace that --trace names; null without one. @throws ToolError USAGE */
export function traceOf(values: ServingValues): Trace | null {
  if (values.trace === undefined) return null;
  const { timeScale, maxRequests = null, numPrompts = null } = values;
  const most = Math.min(maxRequests ?? Number.POSITIVE_INFINITY, numPrompts ?? Number.POSITIVE_INFINITY);
  return readTrace(values.trace, {
    timeScale,
    maxRequests: Number.isFinite(most) ? most : null,
    limitMs: longestMs(values),
  });
}
