/* What curves over several loads are drawn from: one point a load, in the order of the load. */

/** A quantile with its 95 % interval, in ms; null where a bound is not known. */
export interface Estimate {
  value: number;
  /** The truth is at least `value`: requests were unfinished when the run ended. */
  isLowerBound: boolean;
  low: number | null;
  high: number | null;
}

export const curveQuantiles = ["p50", "p90", "p99"] as const;

/** A latency at one load; a quantile that is not known is null. */
export type Latency = Readonly<Record<(typeof curveQuantiles)[number], Estimate | null>>;

/** What one load gave. */
export interface LoadPoint {
  /** `4 req/s`, `16 users`. */
  label: string;
  /** Beyond saturation: its marker is another. */
  isSaturated: boolean;
  /** Requests that the latencies are over. */
  n: number;
  outputTokensPerS: number;
  /** Requests per second that were sent; null where there was none or one. */
  offeredPerS: number | null;
  e2elMs: Latency | null;
  ttftMs: Latency | null;
  /** E2EL over output tokens. */
  ntpotMs: Latency | null;
  /** Share of requests that met every service level, with its interval; null without service levels. */
  goodput: { fraction: number; low: number; high: number } | null;
  /** US dollars per million output tokens; null without a price. */
  usdPerMTokens: number | null;
}

/** Points of one server at several loads. */
export interface LoadSeries {
  name: string;
  points: readonly LoadPoint[];
  /** Whether its points are one curve: the same load but for its height. */
  isCurve: boolean;
}
