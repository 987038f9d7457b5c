import type { TargetOptions } from "../../benchmarks/serving/client/http-client.ts";
import { modelText, planHash, type ServingPlan } from "../../benchmarks/serving/plan.ts";
import type { RunIdentity } from "../../benchmarks/serving/summary-shape.ts";
import type { Clock } from "../../core/clock.ts";
import { version } from "../../core/version.ts";
import { captureEnvironment } from "../../results/environment/capture.ts";
import { METADATA_SERVICE } from "../../results/environment/cloud.ts";
import { isCloudMachine } from "../../results/environment/cloud-vendor.ts";
import { readHost } from "../../results/environment/host.ts";
import { type MetadataFile, startMetadata } from "../../results/metadata.ts";
import { createRedactor } from "../../results/redact.ts";
import type { RunDirectory } from "../../results/run-directory.ts";
import { findNvidiaSmi } from "../../telemetry/gpu/find-nvidia-smi.ts";
import type { ServingValues } from "./config.ts";
import type { Workload } from "./workload.ts";

/** The machine that a run is made on. */
export function runEnvironment({ directory }: RunDirectory, cloudProbe: boolean): Promise<unknown> {
  const nvidiaSmi = findNvidiaSmi(process.env);
  return captureEnvironment({
    env: process.env,
    directories: [directory],
    nvidiaSmi: nvidiaSmi.ok ? nvidiaSmi.path : null,
    metadataUrl: cloudProbe && isCloudMachine(readHost("/", process.env)) ? METADATA_SERVICE : null,
  });
}

/** Writes metadata.yaml as the run begins: what is going to be done, and on which machine. */
export async function startRunMetadata(run: {
  values: ServingValues;
  plan: ServingPlan;
  target: TargetOptions;
  workload: Workload;
  directory: RunDirectory;
  runName: string;
  clock: Clock;
}): Promise<{ metadata: MetadataFile; identity: RunIdentity }> {
  const { values, plan, target, workload, directory } = run;
  const argv = process.argv.slice(2);
  const redactor = createRedactor({ argv, env: process.env });
  const environment = await runEnvironment(directory, values.cloudProbe);
  const { prompts, warmupPrompts: _, sessions, offsetsMs, trafficSplit, ...fixed } = plan;
  const model = modelText(plan);
  const planned = offsetsMs?.length ?? plan.stop.requests;
  const startedAtUnixMs = Date.now();
  const now = run.clock.now();
  const hash = planHash({ ...plan, prompts: workload.base, sessions: workload.baseSessions });
  const metadata = startMetadata(
    directory,
    {
      version,
      benchmark: "serving",
      runName: run.runName,
      startedAtUnixMs,
      clock: { startMonotonicMs: now, startUnixMs: run.clock.toUnixMs(now) },
      argv,
      environment,
      plan: {
        hash,
        endpoint: target.url,
        backend: target.protocol.name,
        headers: redactor.headers(target.headers),
        ...fixed,
        ...(values.slo === undefined ? {} : { slo: values.slo }),
        ...(values.gate.length === 0 ? {} : { gates: values.gate }),
        ...(trafficSplit === null ? {} : { request: { ...fixed.request, model }, trafficSplit }),
        // A trace's times are the trace's; its path stands with the prompts.
        load:
          fixed.load.kind === "open" && fixed.load.arrival.kind === "trace"
            ? { ...fixed.load, arrival: { kind: "trace" } }
            : fixed.load,
        prompts: prompts.describe,
        ...(sessions === null ? { plannedRequests: planned } : { plannedSessions: planned }),
        cacheSalt: workload.salt,
        tokenCounter: workload.counter.name,
      },
    },
    redactor,
  );
  const { origin, pathname } = new URL(target.url);
  const identity: RunIdentity = {
    tool: "inferbench",
    version,
    runName: run.runName,
    startedAt: new Date(startedAtUnixMs).toISOString(),
    endpoint: origin + pathname,
    backend: target.protocol.name,
    model,
    seed: plan.seed,
    planHash: hash,
  };
  return { metadata, identity };
}
