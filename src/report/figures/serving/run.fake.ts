import * as v from "valibot";
import { LogHistogram } from "../../../analysis/log-histogram.ts";
import { record } from "../../../benchmarks/serving/record.fake.ts";
import type { RequestRecord } from "../../../benchmarks/serving/record.ts";
import { type SavedSummary, Summary } from "../../saved-summary.ts";
import { type CollectedRun, RunCollector } from "./collect.ts";
import type { ServingRun } from "./run.ts";
import type { SavedMetadata } from "./saved-files.ts";

interface FakeRunOptions {
  name?: string;
  requests?: number;
  /** Requests per second. */
  ratePerS?: number;
  tokens?: number;
  gpus?: number;
  status?: string;
  verdict?: string;
  usdPerMOutputTokens?: number | null;
}

/** The i-th request: latency that swings, an outlier now and then, each 20th failed. */
export function fakeRecord(i: number, ratePerS: number, tokens: number): RequestRecord {
  const intendedAt = 5000 + (1000 * i) / ratePerS;
  const sentAt = intendedAt + (i % 50 === 7 ? 30 : 0.1);
  const failed = i % 20 === 19;
  const ttft = 40 + 25 * Math.sin(i / 9) + (i % 97 === 13 ? 900 : 0) + (i % 7);
  const gap = 8 + Math.sin(i / 5);
  const chunkUs = failed ? [] : Array.from({ length: tokens }, (_, k) => 1000 * (ttft + k * gap));
  const lastTokenAt = failed ? null : sentAt + ttft + (tokens - 1) * gap;
  return record({
    index: i,
    intendedAt,
    sentAt,
    firstTokenAt: failed ? null : sentAt + ttft,
    lastTokenAt,
    endAt: (lastTokenAt ?? sentAt + 20) + 1,
    finishReason: "length",
    tokens: failed ? null : tokens,
    chunkUs,
    failure: failed ? { class: "http-5xx", phase: "connect", message: "503" } : null,
  });
}

/** A finished run, for tests of its figures. */
export function fakeRun(options: FakeRunOptions = {}): ServingRun {
  const {
    name = "run1",
    requests = 200,
    ratePerS = 20,
    tokens = 16,
    gpus = 0,
    status = "complete",
    verdict = "fit",
    usdPerMOutputTokens = null,
  } = options;
  const collector = new RunCollector();
  for (let i = 0; i < requests; i++) collector.add(fakeRecord(i, ratePerS, tokens));
  const lastMs = (1000 * requests) / ratePerS;
  const readings = Array.from({ length: gpus * Math.ceil(lastMs / 100) }, (_, i) => ({
    unixMs: 1_795_413_312_000 + 100 * Math.floor(i / gpus),
    gpu: i % gpus,
    utilizationPercent: 50 + 40 * Math.sin(i / 60 + (i % gpus)),
    powerW: 350 + 20 * (i % gpus),
  }));
  const collected = collector.finish();
  return {
    name,
    collected,
    metadata: fakeMetadata(name, status, ratePerS),
    summary:
      status === "running"
        ? null
        : fakeSummary(collected, ratePerS, lastMs / 1000, verdict, usdPerMOutputTokens),
    gpuReadings: gpus === 0 ? null : readings,
  };
}

function fakeMetadata(runName: string, status: string, ratePerS: number): SavedMetadata {
  return {
    tool: "inferbench",
    version: "0.1.0",
    runName,
    status,
    startedAt: "2026-11-23T05:55:12.000Z",
    // As fakeRecord's first request falls due.
    clock: { startMonotonicMs: 5000, startUnixMs: 1_795_413_312_000 },
    plan: {
      endpoint: "http://10.0.0.7:8000/v1/completions",
      backend: "openai-completions",
      seed: 0,
      load: { kind: "open", concurrency: null, arrival: { kind: "poisson", ratePerS } },
      request: { model: "meta-llama/Llama-3.1-8B-Instruct" },
      slo: null,
      gates: [],
      trafficSplit: null,
    },
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
    },
  };
}

function fakeSummary(
  run: CollectedRun,
  ratePerS: number,
  durationS: number,
  verdict: string,
  usdPerMOutputTokens: number | null,
): SavedSummary {
  const ttft = new LogHistogram();
  for (const { ttftMs } of run.spans) if (ttftMs !== null) ttft.add(ttftMs);
  const metric = (histogram: LogHistogram) => {
    const { n, min, max } = histogram;
    const quantile = (q: number, small: boolean) => {
      const value = histogram.quantile(q) ?? 0;
      return {
        value,
        low: Math.max(min, value * 0.9),
        high: small ? null : Math.min(max, value * 1.1),
        small,
      };
    };
    return {
      n,
      quantiles: { p50: quantile(0.5, false), p90: quantile(0.9, false), p99: quantile(0.99, true) },
    };
  };
  const window = (startUnixMs: number, seconds: number) => ({
    startUnixMs,
    durationS: seconds,
    requests: { total: 200, succeeded: 190, failed: 10 },
    outputThroughputPerS: ratePerS * 16,
    goodput: { fraction: 0.97, low: 0.94, high: 0.99 },
    cost: usdPerMOutputTokens === null ? null : { usdPerMOutputTokens },
    metrics: {
      ttft: metric(ttft),
      itl: metric(run.itl),
      icl: metric(run.icl),
      e2el: metric(ttft),
      ntpot: metric(ttft),
    },
  });
  const startUnixMs = 1_795_413_312_000;
  return v.parse(Summary, {
    benchmark: "serving",
    run: {},
    validity: { verdict, reasons: verdict === "fit" ? [] : ["its event loop was late"] },
    slos: { slos: [{ name: "ttft", limitMs: 500 }], share: 0.95 },
    load: { askedRatePerS: ratePerS, achievedRatePerS: ratePerS * 0.99, concurrency: null },
    whole: window(startUnixMs, durationS),
    steady: durationS < 3 ? null : window(startUnixMs + 1000, durationS - 2),
  });
}
