import type { Dataset } from "../../benchmarks/storage/dataset/dataset.ts";
import { distributionText } from "../../benchmarks/storage/distribution.ts";
import type { StorageSettings } from "../../benchmarks/storage/plan.ts";
import { isRemote } from "../../benchmarks/storage/remote/location.ts";
import type { StorageIdentity, StorageSummary } from "../../benchmarks/storage/summary-shape.ts";
import type { GpuTarget } from "../../benchmarks/storage/to-gpu/copier-setup.ts";
import { version } from "../../core/version.ts";
import { systemClock } from "../../native/system-clock.ts";
import type { RankEnvironment } from "../../ranks/environment.ts";
import { redisPlace } from "../../ranks/redis-address.ts";
import { captureEnvironment } from "../../results/environment/capture.ts";
import { METADATA_SERVICE } from "../../results/environment/cloud.ts";
import { isCloudMachine } from "../../results/environment/cloud-vendor.ts";
import { readHost } from "../../results/environment/host.ts";
import { type MetadataFile, type RunFacts, startMetadata } from "../../results/metadata.ts";
import { createRedactor } from "../../results/redact.ts";
import type { RunDirectory } from "../../results/run-directory.ts";
import { findNvidiaSmi } from "../../telemetry/gpu/find-nvidia-smi.ts";
import type { StorageValues } from "./config.ts";

/**
 * What a run is about, and its metadata.yaml, to be written as it begins: what is going to be done, and on which machine.
 * @returns `beginMetadata`, which writes it, and throws a ToolError where it cannot
 */
export async function prepareMetadata(run: {
  values: StorageValues;
  settings: StorageSettings;
  dataset: Dataset;
  /** null: nothing is copied. */
  target: GpuTarget | null;
  directory: RunDirectory;
  runName: string;
  /** Of this process's metadata. */
  file: string;
  ranks: RankEnvironment;
}): Promise<{ beginMetadata: () => MetadataFile; identity: StorageIdentity }> {
  const { values, settings, dataset, directory, runName, file, ranks } = run;
  const argv = process.argv.slice(2);
  const nvidiaSmi = findNvidiaSmi(process.env);
  const environment = await captureEnvironment({
    env: process.env,
    directories: [...(isRemote(dataset.root) ? [] : [dataset.root]), directory.directory],
    nvidiaSmi: nvidiaSmi.ok ? nvidiaSmi.path : null,
    metadataUrl: values.cloudProbe && isCloudMachine(readHost("/", process.env)) ? METADATA_SERVICE : null,
  });
  // GPU readings have the wall's clock, rows the monotonic one.
  const monotonicMs = systemClock().now();
  const startedAtUnixMs = Date.now();
  const { layout, files } = dataset;
  const facts: RunFacts = {
    version,
    benchmark: "storage",
    runName,
    startedAtUnixMs,
    argv,
    environment: { ...environment, clock: { unixMs: startedAtUnixMs, monotonicMs } },
    plan: {
      mode: values.mode,
      dataRoot: dataset.root,
      layout,
      samples: dataset.fileOf.length,
      files: files.length,
      ...planned(values, settings),
      ...(run.target === null ? {} : { gpu: run.target }),
      ranks: { ...ranks, redis: ranks.redis === null ? null : redisPlace(ranks.redis) },
    },
  };
  const redactor = createRedactor({ argv, env: process.env });
  const identity: StorageIdentity = {
    tool: "inferbench",
    version,
    runName,
    startedAt: new Date(startedAtUnixMs).toISOString(),
    mode: values.mode,
    dataRoot: dataset.root,
    layout,
    engine: isRemote(dataset.root) ? null : settings.engine,
    direct: settings.direct,
    seed: settings.seed,
  };
  return { beginMetadata: () => startMetadata(directory, facts, redactor, file), identity };
}

/** The settings that have a meaning for this kind of data. */
function planned(values: StorageValues, settings: StorageSettings): Record<string, unknown> {
  if (!isRemote(values.dataRoot)) return { ...settings };
  const {
    engine: _,
    ioDepth: _depth,
    direct: _direct,
    blockBytes: _block,
    cache: _cache,
    ...common
  } = settings;
  return { ...common, requestTimeoutMs: values.requestTimeout, retries: values.retries };
}

/** The keys that the seed's metadata.yaml has, with their rounding. */
export function seedMetadata(summary: StorageSummary, settings: StorageSettings): Record<string, unknown> {
  const { run, steps, loader, throughput, metrics, dataset } = summary;
  const seconds = (ms: number | undefined) => (ms === undefined ? null : rounded(ms / 1000, 6));
  return {
    run_name: run.runName,
    timestamp_utc: run.startedAt.replace(/\.\d+Z$/, "Z"),
    parameters: {
      mode: run.mode,
      steps: steps.asked,
      gbs: steps.globalBatchSize,
      mbs: steps.microbatchSize,
      num_workers: settings.workers,
      data_root: run.dataRoot,
      read_buffer_kb: loader.blockBytes === null ? null : loader.blockBytes / 1024,
      compute_ms:
        settings.computeMs.kind === "fixed" ? settings.computeMs.value : distributionText(settings.computeMs),
    },
    summary: {
      throughput_samples_per_sec: throughput === null ? null : rounded(throughput.samplesPerS, 4),
      mean_step_latency_sec: seconds(metrics.stepMs?.mean),
      p95_step_latency_sec: seconds(metrics.stepMs?.quantiles.p95.value),
      p99_step_latency_sec: seconds(metrics.stepMs?.quantiles.p99.value),
      steps: steps.done,
      microbatches_per_step: steps.microbatchesPerStep,
      samples_available: dataset.samples,
      data_root: run.dataRoot,
    },
  };
}

function rounded(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}
