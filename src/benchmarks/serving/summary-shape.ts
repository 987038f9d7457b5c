import type { Distribution } from "../../analysis/describe.ts";
import type { Dispersion } from "../../analysis/dispersion.ts";
import type { Price } from "../../results/prices/price-sheet.ts";
import type { ClientHealth } from "../../telemetry/client-health.ts";
import type { GpuSummary } from "../../telemetry/gpu/summary.ts";
import type { EnergySettings, WindowCost, WindowEnergy } from "./efficiency/shape.ts";
import type { TokenSource } from "./metrics.ts";
import type { FailureClass } from "./record.ts";
import type { SloSet } from "./slo.ts";
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

export interface GateResult {
  gate: string;
  passed: boolean;
  /** null: not measured, which passes no gate. */
  value: number | null;
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

/** What the GPUs did during the run. */
export interface GpuFigures {
  devices: GpuSummary[];
  /** Sampling period; null where nothing was sampled. */
  intervalMs: number | null;
  /** Why there are no figures, or why they end before the run; null when all is there. */
  problem: string | null;
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
  /** null where it was not asked for. */
  energy: WindowEnergy | null;
  /** null where no price was given. */
  cost: WindowCost | null;
  metrics: Record<string, ({ unit: string } & Distribution) | null>;
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
  load: {
    kind: "open" | "closed";
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
    outputAsked: number;
    output: number;
    /** Whether answers came as streams: without, TTFT is the time to the whole answer. */
    streamed: number;
  };
  client: ClientHealth;
  /** null where no GPU monitor was asked for. */
  gpu: GpuFigures | null;
  /** How energy was measured; null where it was not asked for. */
  energy: EnergySettings | null;
  /** What costs are counted by; null where no price was given. */
  price: Price | null;
  warnings: Warning[];
}
