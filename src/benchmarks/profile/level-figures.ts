import type { QuantileEstimate } from "../../analysis/describe.ts";
import type {
  Goodput,
  RequestCounts,
  ServingSummary,
  Validity,
  WindowSummary,
} from "../serving/summary-shape.ts";

/** A latency of a level, in ms; quantiles with their 95 % intervals. */
export interface LevelLatency {
  n: number;
  p50: QuantileEstimate;
  p90: QuantileEstimate;
  p99: QuantileEstimate;
}

/** Output tokens of the answers that succeeded. */
export interface AnswerTokens {
  n: number;
  mean: number;
  sd: number | null;
}

/** What a level gave, over its steady window where it has one; null for what was not measured. */
export interface LevelFigures {
  window: "steady" | "whole";
  durationS: number;
  /** Requests that fell due in the window: what latencies and goodput are over. */
  n: number;
  /** Of the whole level, its warm-up cut included. */
  requests: RequestCounts;
  askedPerS: number | null;
  /** Requests (sessions, with conversations) per second, over the whole level: as the schedule has them, and as they were sent. */
  plannedPerS: number | null;
  /** null where users, or a burst, have no rate of sending. */
  sentPerS: number | null;
  /** The cap that requests had to wait for. */
  hitCap: "concurrency" | "client" | null;
  /** Successful ends per second. */
  requestThroughputPerS: number;
  outputTokensPerS: number;
  answerTokens: AnswerTokens | null;
  /** Conversations that were begun, over the whole level; null: each request stands alone. */
  sessions: number | null;
  peakInFlight: number;
  ttftMs: LevelLatency | null;
  tpotMs: LevelLatency | null;
  /** E2EL over output tokens. */
  ntpotMs: LevelLatency | null;
  e2elMs: LevelLatency | null;
  goodput: Goodput | null;
  usdPerMOutputTokens: number | null;
  usdPerMTotalTokens: number | null;
  /** Of the GPUs, else of the whole machine by --host-watts. */
  joulesPerOutputToken: number | null;
  /** GPUs that were monitored. */
  gpus: number | null;
  outputTokensPerSPerGpu: number | null;
  validity: Validity;
  /** Gates and the share of `--slo …,p99` that were missed. */
  gatesFailed: number;
}

/** @returns null where no request was sent */
export function levelFigures(summary: ServingSummary): LevelFigures | null {
  const window = summary.steady ?? summary.whole;
  if (window === null) return null;
  const gpus = summary.gpu === null || summary.gpu.devices.length === 0 ? null : summary.gpu.devices.length;
  const outputTokensPerS = window.outputThroughputPerS;
  return {
    window: summary.steady === null ? "whole" : "steady",
    durationS: window.durationS,
    n: window.requests.total,
    requests: (summary.whole ?? window).requests,
    askedPerS: summary.load.askedRatePerS,
    plannedPerS: summary.load.plannedRatePerS,
    sentPerS: summary.load.askedRatePerS === null ? null : summary.load.achievedRatePerS,
    hitCap: summary.load.kind === "open" ? summary.load.hitCap : null,
    requestThroughputPerS: window.requestThroughputPerS,
    outputTokensPerS,
    answerTokens: answerTokensOf(window),
    sessions: summary.sessions?.started ?? null,
    peakInFlight: summary.load.peakInFlight,
    ttftMs: latencyOf(window, "ttft"),
    tpotMs: latencyOf(window, "tpot"),
    ntpotMs: latencyOf(window, "ntpot"),
    e2elMs: latencyOf(window, "e2el"),
    goodput: window.goodput,
    usdPerMOutputTokens: window.cost?.usdPerMOutputTokens ?? null,
    usdPerMTotalTokens: window.cost?.usdPerMTotalTokens ?? null,
    joulesPerOutputToken:
      window.energy?.gpus?.joulesPerOutputToken ?? window.energy?.host?.joulesPerOutputToken ?? null,
    gpus,
    outputTokensPerSPerGpu: gpus === null ? null : outputTokensPerS / gpus,
    validity: summary.validity,
    gatesFailed:
      summary.gates.filter(({ passed }) => !passed).length + (window.goodput?.isMet === false ? 1 : 0),
  };
}

/** What a window's answers held; null where none succeeded. */
export function answerTokensOf({ metrics }: Pick<WindowSummary, "metrics">): AnswerTokens | null {
  const metric = metrics.outputTokens;
  return metric ? { n: metric.n, mean: metric.mean, sd: metric.sd } : null;
}

/** A latency of a window by its id, as profiles have it; null where it was not measured. */
export function latencyOf({ metrics }: Pick<WindowSummary, "metrics">, id: string): LevelLatency | null {
  const metric = metrics[id];
  if (!metric) return null;
  const { p50, p90, p99 } = metric.quantiles;
  return { n: metric.n, p50, p90, p99 };
}
