import type { Gate } from "../../analysis/gate.ts";
import type { ClientHealth } from "../../telemetry/client-health.ts";
import type { GpuFigures } from "../../telemetry/gpu/run-figures.ts";
import type { ServerMetricsRecord } from "../../telemetry/server-metrics/summary.ts";
import type { CalibrationOutcome } from "./calibration.ts";
import type { EfficiencyContext } from "./efficiency/efficiency.ts";
import type { ServingPlan } from "./plan.ts";
import type { RunResult } from "./run.ts";
import type { SloSet } from "./slo.ts";
import type { Connections, RunIdentity } from "./summary-shape.ts";
import type { UntilOutcome } from "./until.ts";

/** What a summary needs besides the records. */
export interface SummaryContext {
  plan: ServingPlan;
  result: RunResult;
  client: ClientHealth;
  /** null: none was made. */
  calibration: CalibrationOutcome | null;
  gpu: GpuFigures | null;
  /** null: it was not asked for. */
  serverMetrics: ServerMetricsRecord | null;
  toUnixMs(atMs: number): number;
  /** Whether prompt lengths were counted by a tokenizer. */
  exactLengths: boolean;
  connections: Connections;
  /** Service levels that requests are held against; null: none. */
  slos: SloSet | null;
  gates: readonly Gate[];
  /** A chunk gap longer than this is a stall. */
  stallMs: number;
  /** How the conditions of `--until` stood when the run stopped; empty where there are none. */
  until: readonly UntilOutcome[];
  identity: RunIdentity;
  efficiency: EfficiencyContext;
}
