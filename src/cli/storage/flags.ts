import { shardings } from "../../benchmarks/storage/access/sharding.ts";
import { cacheStates } from "../../benchmarks/storage/cache-state.ts";
import { layouts } from "../../benchmarks/storage/dataset/dataset.ts";
import { type Distribution, meanOf, parseDistribution } from "../../benchmarks/storage/distribution.ts";
import { engines } from "../../benchmarks/storage/pipeline/messages.ts";
import { presetNames } from "../../benchmarks/storage/presets.ts";
import { figureFormats } from "../../report/figures/serving/names.ts";
import { themeNames } from "../../report/figures/theme-names.ts";
import { efficiencyFlags, gpuFlags } from "../efficiency/flags.ts";
import { optional, repeated, withDefault } from "../flags/flag.ts";
import * as kind from "../flags/kinds.ts";
import { toGpuFlags } from "./to-gpu-flags.ts";

const run = { group: "Run" };
const data = { group: "Data" };
const remote = { group: "Remote data" };
const access = { group: "Access" };
const output = { group: "Output" };

const positive = kind.integer({ min: 1 });
const natural = kind.integer({ min: 0 });

/** @param mean what it may be */
function distribution(
  unit: string,
  mean: { min: number; max: number },
  means: string,
): kind.Kind<Distribution> {
  return {
    placeholder: "X|KIND:…",
    allowed: `a number of ${unit} such as 10, or uniform:5,15, normal:10,2, lognormal:10,2 (mean, sd) or exponential:10; in the mean ${means}`,
    parse(text) {
      const parsed = parseDistribution(text);
      if (parsed === null) return undefined;
      return meanOf(parsed) >= mean.min && meanOf(parsed) <= mean.max ? parsed : undefined;
    },
  };
}

/** An hour for a step, a TiB for a sample, a GiB for a read: more is a slip. */
const MOST_COMPUTE_MS = 3_600_000;
const MOST_SAMPLE_KIB = 2 ** 30;
const MOST_READ_KIB = 2 ** 20;

/** The flags of `inferbench storage`. */
export const storageFlags = {
  runName: optional(
    kind.text("NAME"),
    "the run's name and its directory below --outdir (default storage-<time>)",
    run,
  ),
  steps: withDefault(positive, "50", "steps to count", run),
  warmupSteps: withDefault(natural, "1", "steps before them, outside the statistics", run),
  gbs: withDefault(positive, "64", "samples of a step (global batch size)", run),
  mbs: withDefault(positive, "8", "samples of a microbatch; a step has gbs/mbs of them", run),
  computeMs: withDefault(
    distribution("milliseconds", { min: 0, max: MOST_COMPUTE_MS }, "an hour at most"),
    "10",
    "the accelerator's work after each step's loading, emulated",
    run,
  ),
  preset: optional(
    { ...kind.choice(presetNames), placeholder: "NAME" },
    "a workload of MLPerf Storage (unet3d, resnet50, cosmoflow, each with -h100 or -a100): sets batch, compute time, samples and their layout, where no flag does",
    run,
  ),
  findAccelerators: withDefault(
    kind.toggle(),
    "false",
    "with --preset: find how many of these accelerators the data comes fast enough for, then run with so many",
    run,
  ),
  mode: withDefault(kind.choice(["infer"]), "infer", "what is emulated: batch inference", run),
  calibrate: withDefault(
    kind.toggle(),
    "true",
    "before the run, measure for a second what the harness reaches with a source that costs nothing",
    run,
  ),
  gate: repeated(
    kind.text("'CONDITION'"),
    "a condition such as 'au>=90%', 'byte-throughput>=2GB' or 'step-load.p99<50ms'; exit 3 where one does not hold",
    run,
  ),
  seed: withDefault(
    kind.integer({ min: 0, max: Number.MAX_SAFE_INTEGER }),
    "42",
    "same seed, same samples, order and compute times",
    { ...run, aliases: ["shuffle-seed"] },
  ),

  rankTimeout: withDefault(
    kind.duration("s", { min: 1000 }),
    "60s",
    "with several ranks (WORLD_SIZE): how long to wait for one to come, and how long one, or Redis, may be silent",
    run,
  ),

  redisUrl: optional(
    kind.text("URL"),
    "with several ranks: where they meet, as redis://[USER]:PASSWORD@HOST:PORT, or rediss:// with TLS, in place of MASTER_ADDR and MASTER_PORT; better set as INFERBENCH_REDIS_URL, which other users of the machine do not see",
    run,
  ),

  dataRoot: withDefault(
    kind.text("DIR"),
    "./data/serving",
    "where the samples are: a directory, s3://bucket/prefix, gs://bucket/prefix, http:// or https://, there also as shard-{000000..000009}.tar",
    data,
  ),
  layout: optional(
    kind.choice(layouts),
    "a file for each sample, WebDataset tar shards, or records of one size in shards; default what is there, files where they are generated",
    data,
  ),
  autoGenerate: withDefault(
    kind.toggle(),
    "true",
    "make samples where --data-root is empty or not there",
    data,
  ),
  sampleCount: optional(positive, "samples to make (default 500)", data),
  sampleSizeKb: optional(
    distribution("KiB", { min: 1 / 1024, max: MOST_SAMPLE_KIB }, "a byte to 1 TiB"),
    "their size in KiB (default 256), or how sizes are spread: lognormal:256,64",
    data,
  ),
  samplesPerShard: optional(
    positive,
    "samples in a shard, with the layouts tar and records (default 100)",
    data,
  ),

  s3Endpoint: optional(kind.text("URL"), "the store of s3:// where it is not Amazon's", {
    ...remote,
    env: ["AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL"],
  }),
  s3Region: optional(kind.text("NAME"), "its region (default us-east-1)", {
    ...remote,
    env: ["AWS_REGION", "AWS_DEFAULT_REGION"],
  }),
  s3Anonymous: withDefault(
    kind.toggle(),
    "false",
    "send no credentials: a public bucket, also of gs://",
    remote,
  ),
  requestTimeout: withDefault(
    kind.duration("s", { min: 1 }),
    "30s",
    "how long one try of a request may take",
    remote,
  ),
  retries: withDefault(
    natural,
    "5",
    "further tries after 408, 429, 5xx or a lost connection, with doubling pauses",
    remote,
  ),

  access: withDefault(
    kind.choice(["sequential", "shuffled", "strided"]),
    "shuffled",
    "the order of an epoch; shuffled: another permutation in each",
    access,
  ),
  stride: optional(positive, "with --access strided: every so many samples", access),
  sharding: withDefault(
    kind.choice(shardings),
    "interleaved",
    "how an epoch is dealt out to the readers",
    access,
  ),
  numWorkers: withDefault(
    kind.integer({ min: 1, max: 512 }),
    "4",
    "reader threads, each with one read under way (with io_uring --io-depth of them)",
    access,
  ),
  prefetchDepth: withDefault(
    natural,
    "2",
    "microbatches that each reader loads ahead of the one it is asked for; 0: none",
    access,
  ),
  readBufferKb: optional(
    kind.integer({ min: 1, max: MOST_READ_KIB }),
    "size of one read in KiB (default 256), with every engine but mmap",
    access,
  ),
  engine: withDefault(
    kind.choice(engines),
    "pread",
    "pread: blocking system calls; node: the same through node:fs; mmap: copied out of mapped files; io_uring: many reads at once, exit 4 where the kernel forbids it",
    access,
  ),
  ioDepth: optional(
    kind.integer({ min: 1, max: 4096 }),
    "with --engine io_uring: reads that each reader keeps under way (default 16)",
    access,
  ),
  direct: withDefault(kind.toggle(), "false", "O_DIRECT: past the page cache", access),
  cache: withDefault(
    kind.choice(cacheStates),
    "asis",
    "the page cache before the run: cold (nothing of the data), warm (all) or as it is; exit 4 where that cannot be reached",
    access,
  ),
  verify: withDefault(
    kind.toggle(),
    "false",
    "compare each sample read with its checksum; outside of loading times, but the readers read nothing meanwhile",
    access,
  ),

  ...toGpuFlags,

  ...efficiencyFlags,
  tokensPerSample: optional(
    kind.decimal({ min: 0.001 }),
    "tokens that a sample stands for, for energy and $ per token",
    { group: "Energy and cost" },
  ),

  outdir: withDefault(
    kind.text("DIR"),
    "metrics",
    "results go to a directory of the run's name in here",
    output,
  ),
  overwrite: withDefault(
    kind.toggle(),
    "false",
    "replace the result files in a run directory that is not empty",
    output,
  ),
  json: withDefault(kind.toggle(), "false", "print summary.json on stdout instead of the table", output),
  figures: withDefault(
    kind.choice(figureFormats),
    "png",
    "pictures of the run, drawn when it is over: throughput, P95 and P99, loading times over steps and their distribution",
    output,
  ),
  html: withDefault(
    kind.toggle(),
    "true",
    "write report.html when the run is over: one page with the verdict, the numbers and the figures",
    output,
  ),
  theme: withDefault(
    kind.choice(themeNames),
    "light",
    "how they look; print: black and white, one A4 page each",
    output,
  ),
  ...gpuFlags,
  cloudProbe: withDefault(
    kind.toggle(),
    "true",
    "ask the cloud's metadata service for the instance type, where the machine says it is a cloud's",
    output,
  ),
};
