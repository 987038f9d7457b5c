import type { TargetOptions } from "../../benchmarks/serving/client/http-client.ts";
import {
  type Load,
  makePlan,
  type RequestSettings,
  type ServingPlan,
  type Stop,
} from "../../benchmarks/serving/plan.ts";
import type { Trace } from "../../benchmarks/serving/workload/trace.ts";
import type { TrafficSplit } from "../../benchmarks/serving/workload/traffic-split.ts";
import { type ServingValues, targetOf } from "./config.ts";
import { loadOf, traceOf } from "./load.ts";
import { trafficSplitOf } from "./models.ts";
import { type Workload, workloadOf } from "./workload.ts";

/** What the flags come to, before the server was asked. */
export interface Inputs {
  /** null: none was named. */
  trace: Trace | null;
  load: Load;
  stop: Stop;
  workload: Workload;
  /** null: one model. */
  trafficSplit: TrafficSplit | null;
}

/** Reads all files that the flags name. @throws ToolError USAGE */
export async function inputsOf(
  values: ServingValues,
  env: Readonly<Record<string, string | undefined>>,
): Promise<Inputs> {
  const trace = traceOf(values);
  const trafficSplit = trafficSplitOf(values);
  return { trace, ...loadOf(values, trace), workload: await workloadOf(values, env, trace), trafficSplit };
}

/** What the server's own answers decided. */
export interface Checked {
  /** With the model's name. */
  settings: RequestSettings;
  /** The server closes each connection, whatever it was asked. */
  closesConnections: boolean;
}

/** The plan that the flags, their files and the server's answers make. */
export function planOf(
  values: ServingValues,
  { load, stop, workload, trafficSplit }: Inputs,
  asked: TargetOptions,
  { settings, closesConnections }: Checked,
): { plan: ServingPlan; target: TargetOptions } {
  const target = closesConnections ? { ...asked, keepalive: false } : asked;
  const plan = makePlan({
    load,
    stop,
    warmupRequests: values.warmup,
    drainMs: values.drainTimeout,
    limits: {
      // A whole answer has no first token to wait for.
      firstTokenMs:
        values.stream && target.protocol.streams ? values.firstTokenTimeout : Number.POSITIVE_INFINITY,
      betweenChunksMs: values.chunkTimeout,
      totalMs: values.requestTimeout,
    },
    seed: values.seed,
    ...(values.arrivalSeed === undefined ? {} : { arrivalSeed: values.arrivalSeed }),
    request: settings,
    trafficSplit,
    prompts: workload.prompts,
    warmupPrompts: workload.warmupPrompts,
    sessions: workload.sessions,
  });
  return { plan, target };
}

/** All that another process needs to make the same plan: what was decided by chance, and what can be read only once. */
export interface PlanJob {
  values: ServingValues;
  salt: number | null;
  /** With the log-in, whose file may be a pipe. */
  headers: Readonly<Record<string, string>>;
  checked: Checked;
}

/** Makes the plan of another process again. */
export async function planOfJob(
  { values: given, salt, headers, checked }: PlanJob,
  env: Readonly<Record<string, string | undefined>>,
): Promise<{ plan: ServingPlan; target: TargetOptions; workload: Workload }> {
  const values = { ...given, ...(salt === null ? {} : { cacheSalt: salt }) };
  const inputs = await inputsOf(values, env);
  const asked = { ...targetOf({ ...values, apiKeyFile: undefined, header: [] }, {}), headers };
  return { ...planOf(values, inputs, asked, checked), workload: inputs.workload };
}
