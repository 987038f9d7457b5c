import type { Distribution } from "../../analysis/describe.ts";
import type { Dispersion } from "../../analysis/dispersion.ts";
import type { GateResult } from "../../analysis/gate.ts";
import type { Price } from "../../results/prices/price-sheet.ts";
import type { ClientHealth } from "../../telemetry/client-health.ts";
import type { GpuFigures } from "../../telemetry/gpu/run-figures.ts";
import type { ServerMetricsSummary } from "../../telemetry/server-metrics/summary.ts";
import type { CalibrationOutcome } from "./calibration.ts";
import type { EnergySettings, WindowCost, WindowEnergy } from "./efficiency/shape.ts";
import type { LengthsDelivered } from "./lengths-delivered.ts";
import type { TokenSource } from "./metrics.ts";
import type { ChannelCounts, FailureClass } from "./record.ts";
import type { SloSet } from "./slo.ts";
import type { Stalls } from "./stalls.ts";
import type { UntilOutcome } from "./until.ts";
import type { WindowSteadiness } from "./window-steadiness.ts";
import type { WarmupCutMethod } from "./windows.ts";

/* The shape of summary.json. */

/** Something that the reader should know before believing a number, and what to do about it. */
export interface Warning {
  code: string;
  message: string;
  hint: string;
}

/** Whether the load generator was fit to measure what it shows. */
export interface Validity {
  verdict: "fit" | "doubtful" | "unfit";
  /** What speaks against it, each a sentence; empty for `fit`. */
  reasons: string[];
}

/** How many requests were as good as asked, of all that fell due: failures and unfinished ones are not good. */
export interface Goodput {
  good: number;
  total: number;
  /** good / total, with its 95 % interval (Wilson). */
  fraction: number;
  low: number;
  high: number;
  perS: number;
  /** By limit, and `failed` for requests without a success; one request may miss several limits. */
  missed: Record<string, number>;
  /** Whether the share that `--slo …,p99` demands was reached; null where none is demanded. */
  isMet: boolean | null;
}

/** One schedule against its process. */
export interface ArrivalTest {
  /** Variance over mean of counts in windows of about 20 mean gaps; with the 95 % range of a true process. */
  dispersion: Dispersion | null;
  /** p-value of the gaps' distribution (Kolmogorov-Smirnov); small: not that process. */
  ksPValue: number | null;
}

export interface ArrivalTests {
  planned: ArrivalTest;
  sent: ArrivalTest;
}

/** Whether connections were used again; if not, by whose will. */
export type Connections = "reused" | "new" | "new, the server closes them";

export interface RequestCounts {
  total: number;
  succeeded: number;
  failed: number;
  /** Of the failed: cut off by the end of the run. */
  censored: number;
  byClass: Partial<Record<FailureClass, number>>;
}

export interface WindowSummary {
  /** How the warm-up was cut off; null for the whole run. */
  warmupCut: WarmupCutMethod | null;
  startUnixMs: number;
  durationS: number;
  requests: RequestCounts;
  /** Successful ends per second. */
  requestThroughputPerS: number;
  /** Tokens received per second, finished request or not. */
  outputThroughputPerS: number;
  outputTokensReceived: number;
  /** null where no service level was named. */
  goodput: Goodput | null;
  /** null where no answer came as a stream. */
  stalls: Stalls | null;
  /** Whether TTFT and the requests in flight rose or fell over the window; null for the whole run. */
  steadiness: WindowSteadiness | null;
  /** null where it was not asked for. */
  energy: WindowEnergy | null;
  /** null where no price was given. */
  cost: WindowCost | null;
  metrics: Record<string, ({ unit: string } & Distribution) | null>;
}

/** Turns of one number, or of several. */
export interface TurnFigures {
  due: number;
  succeeded: number;
  /** Of successes, by usage, else by the plan. */
  promptTokensMean: number | null;
  /** Cached prompt tokens / prompt tokens of successes; null where the server does not count them. */
  cachedShare: number | null;
  ttft: ({ unit: "ms" } & Distribution) | null;
}

/** What came of the conversations, over the whole run. */
export interface SessionFigures {
  /** Whose first turn fell due; the sum of the three that follow. */
  started: number;
  completed: number;
  /** By a turn that failed, or whose answer had no text to go on with. */
  brokenOff: number;
  /** By the end of the run. */
  cutOff: number;
  turns: {
    /** Of the sessions that were begun. */
    planned: number;
    due: number;
    /** Never due, because their session was broken off, or cut off: with `due` they make `planned`. */
    unsentAfterFailure: number;
    unsentAtEnd: number;
  };
  firstTurns: TurnFigures;
  laterTurns: TurnFigures;
  /** Turn 1, 2 and so on; the last may hold all later ones, too. */
  byTurn: ({ turn: number; andLater: boolean } & TurnFigures)[];
}

/** What summary.json says of each of several models. */
export const MODEL_METRICS = ["ttft", "ttftFromIntended", "tpot", "e2el", "e2elFromIntended"] as const;

/** What one of several models did, over the whole run. */
export interface ModelFigures {
  model: string;
  /** Its share of requests, or sessions, by the traffic split. */
  askedShare: number;
  /** Its share of those that were sent, with the 95 % interval (Wilson); null where none was. */
  sentShare: { value: number | null; low: number | null; high: number | null };
  requests: RequestCounts;
  /** As in WindowSummary. */
  requestThroughputPerS: number;
  outputThroughputPerS: number;
  goodput: Goodput | null;
  metrics: Record<(typeof MODEL_METRICS)[number], ({ unit: string } & Distribution) | null>;
}

/** Which run this was. */
export interface RunIdentity {
  tool: "inferbench";
  version: string;
  runName: string;
  /** ISO 8601. */
  startedAt: string;
  /** Without a query, which may hold a key. */
  endpoint: string;
  backend: string;
  /** Several, joined by commas. */
  model: string;
  seed: number;
  planHash: string;
}

export interface ServingSummary {
  schemaVersion: 1;
  benchmark: "serving";
  run: RunIdentity & { interrupted: boolean };
  /** Whether the client was fit to measure this. */
  validity: Validity;
  /** The service levels as asked for; null: none. */
  slos: SloSet | null;
  /** The conditions as asked for, each with its outcome. */
  gates: GateResult[];
  /** The conditions of `--until`, each as it stood when the run stopped; empty where there are none. */
  until: readonly UntilOutcome[];
  load: {
    kind: "open" | "closed";
    /** Rates, and the arrivals, are those of requests; of session starts where there are sessions. */
    askedRatePerS: number | null;
    plannedRatePerS: number | null;
    achievedRatePerS: number | null;
    /** Whether send times are what the arrival process says; null where it has no distribution to be held against. */
    arrivals: ArrivalTests | null;
    concurrency: number | null;
    peakInFlight: number;
    hitCap: "concurrency" | "client" | null;
    connections: Connections;
    /** Processes that sent. */
    workers: number;
  };
  /** null: each request stands alone. */
  sessions: SessionFigures | null;
  /** null: one model was asked, or no request was due. */
  models: ModelFigures[] | null;
  /** Requests of the warm-up, outside all statistics. */
  warmup: RequestCounts;
  whole: WindowSummary | null;
  steady: WindowSummary | null;
  tokens: {
    source: Partial<Record<TokenSource, number>>;
    promptAsked: number;
    promptByUsage: number | null;
    promptCached: number | null;
    promptLengths: "tokenizer" | "estimated";
    /** By the server's usage, against the plan. */
    promptDelivered: LengthsDelivered | null;
    outputAsked: number;
    output: number;
    /** The same answers by each count; null where it does not know all of them. An event may hold several tokens, a chunk several events. */
    outputByUsage: number | null;
    outputByTokenizer: number | null;
    outputEvents: number;
    outputChunks: number;
    outputDelivered: LengthsDelivered | null;
    /** Token-bearing events by channel. */
    channels: ChannelCounts;
    /** Reasoning tokens by the server's usage. */
    reasoningByUsage: number | null;
    /** Answers by why they ended, as the server says. */
    finishReasons: Record<string, number>;
    /** Whether answers came as streams: without, TTFT is the time to the whole answer. */
    streamed: number;
  };
  client: ClientHealth & {
    /** What the client's figures are off by; null where --no-calibrate was given. */
    calibration: CalibrationOutcome | null;
  };
  /** null where no GPU monitor was asked for. */
  gpu: GpuFigures | null;
  /** What the server says of itself; null where --scrape-server-metrics was not given. */
  serverMetrics: ServerMetricsSummary | null;
  /** How energy was measured; null where it was not asked for. */
  energy: EnergySettings | null;
  /** What costs are counted by; null where no price was given. */
  price: Price | null;
  warnings: Warning[];
}
