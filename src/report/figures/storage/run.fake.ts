import type { RankRows } from "./rank-rows.ts";
import type { StorageRun } from "./run.ts";

interface FakeStorageRunOptions {
  name?: string;
  steps?: number;
  warmupSteps?: number;
  microbatches?: number;
  /** Typical loading time of a step, and the compute after it. */
  loadMs?: number;
  computeMs?: number;
  ranks?: number;
  gpus?: number;
  status?: string;
  verdict?: string;
  writer?: "inferbench" | "python";
  /** What of the bytes came from storage. */
  reads?: { processRatio: number };
  /** Settings that differ from the usual ones. */
  plan?: Record<string, unknown>;
}

const STARTED_UNIX_MS = 1_795_413_312_000;
const SAMPLES = 8;
const SAMPLE_BYTES = 262_144;

/** A storage run, for tests of its figures: loading times that swing, with a slow one now and then. */
export function fakeStorageRun(options: FakeStorageRunOptions = {}): StorageRun {
  const { name = "baseline", steps = 200, gpus = 0, ranks = 1, loadMs = 8, computeMs = 10 } = options;
  const { status = "complete", verdict = "fit", writer = "inferbench", plan = {}, warmupSteps = 2 } = options;
  const { reads = null } = options;
  const rows = Array.from({ length: ranks }, (_, rank) => rowsOf(rank, options));
  const lastMs = (steps + warmupSteps) * (loadMs + computeMs);
  return {
    name,
    rows: { writer, ranks: rows, cutOff: [] },
    metadata: metadataOf(name, status, { ...PLAN, ranks: { rank: 0, ranks }, warmupSteps, steps, ...plan }),
    summary:
      status === "complete"
        ? {
            steps: { done: steps },
            throughput: null,
            validity: { verdict, reasons: verdict === "fit" ? [] : ["emulated compute was off by 3.0 %"] },
            compute: { askedMeanMs: computeMs },
            run: { direct: plan.direct === true },
            cache: { asked: plan.cache === "warm" ? "warm" : "asis" },
            reads,
          }
        : null,
    gpuReadings:
      gpus === 0
        ? null
        : Array.from({ length: gpus * Math.ceil(lastMs / 50) }, (_, i) => ({
            unixMs: STARTED_UNIX_MS + 50 * Math.floor(i / gpus),
            gpu: i % gpus,
            utilizationPercent: 50 + 40 * Math.sin(i / 60),
            powerW: 350 + 20 * (i % gpus),
          })),
  };
}

/** Instants of rank r begin at 1000·(r+1) ms: each has a clock of its own. */
function rowsOf(rank: number, options: FakeStorageRunOptions): RankRows {
  const { steps = 200, warmupSteps = 2, microbatches = 8, loadMs = 8, computeMs = 10 } = options;
  const step: number[] = [];
  const [askedAt, loadedAt, computeEndAt]: number[][] = [[], [], []];
  const own: Record<keyof RankRows["microbatches"], number[]> = {
    step: [],
    samples: [],
    bytes: [],
    loadMs: [],
    gotAt: [],
  };
  let at = 1000 * (rank + 1);
  for (let i = -warmupSteps; i < steps; i++) {
    const ms = loadMs * (1 + 0.3 * Math.sin(7 * i) + (i % 41 === 7 ? 2 : 0) + (i < 0 ? 1 : 0));
    step.push(i);
    askedAt!.push(at);
    loadedAt!.push(at + ms);
    for (let k = 0; k < microbatches; k++) {
      own.step.push(i);
      own.samples.push(SAMPLES);
      own.bytes.push(SAMPLES * SAMPLE_BYTES);
      own.loadMs.push((ms / microbatches) * (1 + 0.2 * Math.cos(5 * (i + k))));
      own.gotAt.push(at + (ms * (k + 1)) / microbatches);
    }
    at += ms + computeMs;
    computeEndAt!.push(at);
  }
  const floats = (values: readonly number[]) => Float64Array.from(values);
  return {
    rank,
    steps: {
      step: floats(step),
      samples: floats(step.map(() => SAMPLES * microbatches)),
      askedAt: floats(askedAt!),
      loadedAt: floats(loadedAt!),
      computeEndAt: floats(computeEndAt!),
      computeMs: floats(step.map(() => computeMs)),
    },
    microbatches: {
      step: floats(own.step),
      samples: floats(own.samples),
      bytes: floats(own.bytes),
      loadMs: floats(own.loadMs),
      gotAt: floats(own.gotAt),
    },
  };
}

const PLAN = {
  mode: "infer",
  dataRoot: "/mnt/nvme/shards",
  layout: "tar",
  samples: 4000,
  files: 40,
  globalBatchSize: 64,
  microbatchSize: 8,
  workers: 4,
  prefetchDepth: 2,
  computeMs: { kind: "fixed", value: 10 },
  order: { kind: "shuffled" },
  sharding: "interleaved",
  engine: "pread",
  direct: true,
  blockBytes: 262_144,
  verify: false,
  cache: "asis",
  seed: 42,
};

function metadataOf(runName: string, status: string, plan: Record<string, unknown>): StorageRun["metadata"] {
  return {
    tool: "inferbench",
    version: "0.1.0",
    runName,
    status,
    startedAt: new Date(STARTED_UNIX_MS).toISOString(),
    plan,
    environment: {
      host: { os: "Debian GNU/Linux 12 (bookworm)", kernel: "6.1.0-28-cloud-amd64" },
      cpu: { model: "Intel(R) Xeon(R) Platinum 8481C", logicalCount: 208 },
      memory: { totalBytes: 1.97e12 },
      gpus: {
        driverVersion: "550.90.07",
        cudaVersion: "12.4",
        devices: Array.from({ length: 8 }, () => ({ name: "NVIDIA H100 80GB HBM3" })),
      },
      cloud: { provider: "gce", instanceType: "a3-highgpu-8g", zone: "us-central1-a" },
      clock: { unixMs: STARTED_UNIX_MS, monotonicMs: 1000 },
    },
    run_name: null,
    timestamp_utc: null,
    parameters: null,
    summary: null,
    host: null,
  };
}
