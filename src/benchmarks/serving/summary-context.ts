import type { ClientHealth } from "../../telemetry/client-health.ts";
import type { EfficiencyContext } from "./efficiency/efficiency.ts";
import type { Gate } from "./gates.ts";
import type { ServingPlan } from "./plan.ts";
import type { RunResult } from "./run.ts";
import type { SloSet } from "./slo.ts";
import type { Connections, GpuFigures, RunIdentity } from "./summary-shape.ts";

/** What a summary needs besides the records. */
export interface SummaryContext {
  plan: ServingPlan;
  result: RunResult;
  client: ClientHealth;
  gpu: GpuFigures | null;
  toUnixMs(atMs: number): number;
  /** Whether prompt lengths were counted by a tokenizer. */
  exactLengths: boolean;
  connections: Connections;
  /** Service levels that requests are held against; null: none. */
  slos: SloSet | null;
  gates: readonly Gate[];
  identity: RunIdentity;
  efficiency: EfficiencyContext;
}
