import { FEWEST_AUTO_LEVELS } from "../../benchmarks/profile/sweep.ts";
import type { Flag } from "../flags/flag.ts";
import { optional, withDefault } from "../flags/flag.ts";
import * as kind from "../flags/kinds.ts";
import { servingFlags } from "../serving/flags.ts";
import { sleepTime } from "./sleep-kind.ts";

const levels = { group: "Levels" };
const capacity = { group: "Capacity" };
const output = { group: "Output" };

/** 20 days: timers take little more. */
const LONGEST_TIME_MS = 20 * 24 * 60 * 60 * 1000;

/** A rate, or 0 for all at once, as seed 004's script has it. */
const levelRate: kind.Kind<number> = {
  ...kind.rate(),
  allowed: "a rate above 0 such as 4, 0.5 or 90/m, or 0 or inf for all at once",
  parse: (text) => (/^0+(\.0*)?$/.test(text) ? Number.POSITIVE_INFINITY : kind.rate().parse(text)),
};

/** The same flag, set by these variables of seed 004's script, too. */
function withEnv<T>(flag: Flag<T>, ...env: string[]): Flag<T> {
  return { ...flag, env };
}

// What a level's load is, is the profile's to say.
const { rate, ramp, trace, timeScale, maxRequests, arrivalSeed, json, outdir, overwrite, ...shared } =
  servingFlags;

/** The flags of `inferbench profile`: those of a level, and what makes many of it. */
export const profileFlags = {
  requestRates: optional(
    kind.list(levelRate),
    "a level for each of these rates, in this order; 0 or inf: all at once",
    { ...levels, env: ["REQUEST_RATES"] },
  ),
  concurrencies: optional(
    kind.list(kind.integer({ min: 1 })),
    "a level for each of these numbers of users (closed loop)",
    levels,
  ),
  auto: withDefault(
    kind.toggle(),
    "false",
    "one request at a time, then full throughput, then rates between, most of them around the knee (what is done where no loads are named)",
    levels,
  ),
  levels: withDefault(
    kind.integer({ min: FEWEST_AUTO_LEVELS, max: 1000 }),
    "10",
    "how many levels --auto runs at the most",
    levels,
  ),
  fullUsers: withDefault(
    kind.integer({ min: 2 }),
    "512",
    "users of --auto's level that seeks full throughput",
    levels,
  ),
  maxNumPrompts: withDefault(kind.integer({ min: 1 }), "1000", "requests of a level that sends all at once", {
    ...levels,
    env: ["MAX_NUM_PROMPTS"],
  }),
  sleepTime: withDefault(kind.duration("s"), "0s", "pause between levels", {
    ...levels,
    env: ["SLEEP_TIME"],
  }),
  idleTimeout: withDefault(
    kind.duration("s"),
    "60s",
    "how long to wait before a level for the server to be as fast as it was at first (0: do not look)",
    levels,
  ),
  earlyStop: withDefault(
    kind.toggle(),
    "true",
    "end a level once requests in flight and TTFT both rise: the server is beyond saturation (--no-early-stop: run it to its end)",
    levels,
  ),
  earlyStopAfter: withDefault(
    kind.duration("s", { min: 1000 }),
    "30s",
    "how long a level must have lasted before that is tested",
    levels,
  ),
  maxTime: optional(
    kind.duration("s", { min: 1000, max: LONGEST_TIME_MS }),
    "how long the whole profile may take, pauses and the search included: then the level under way ends as by Ctrl-C",
    levels,
  ),
  resume: withDefault(
    kind.toggle(),
    "false",
    "go on with the profile in --outdir: its finished levels are kept",
    levels,
  ),

  findCapacity: withDefault(
    kind.toggle(),
    "false",
    "search for the highest rate at which the share --good of requests meets every --slo",
    capacity,
  ),
  good: withDefault(
    kind.decimal({ min: 0.01, max: 0.999 }),
    "0.95",
    "the share of requests that has to meet them",
    capacity,
  ),
  capacityRequests: optional(
    kind.integer({ min: 100 }),
    "requests that the search may send, all its levels together (default 20000, or what 15 minutes at the sweep's highest throughput take where that is more)",
    capacity,
  ),
  capacityTime: withDefault(
    kind.duration("s", { min: 1000 }),
    "1h",
    "how long the search may send, all its levels together; its trials are shorter where that is little time",
    capacity,
  ),

  ...shared,
  host: withEnv(shared.host, "IP"),
  port: withEnv(shared.port, "PORT"),
  backend: withEnv(shared.backend, "BACKEND"),
  models: withEnv(shared.models, "MODELS"),
  trafficSplit: withEnv(shared.trafficSplit, "TRAFFIC_SPLIT"),
  stream: withEnv(shared.stream, "STREAM_REQUEST"),
  ignoreEos: withEnv(shared.ignoreEos, "IGNORE_EOS"),
  dataset: withEnv(shared.dataset, "PROMPT_DATASET_FILE"),
  tokenizer: withEnv(shared.tokenizer, "TOKENIZER"),
  maxInputLength: withEnv(shared.maxInputLength, "INPUT_LENGTH"),
  maxOutputLength: withEnv(shared.maxOutputLength, "OUTPUT_LENGTH"),
  arrival: { ...shared.arrival, describe: "how the requests of a rate follow one another" },
  conversations: {
    ...shared.conversations,
    describe:
      "take whole conversations of the --dataset as sessions, each turn sent after the answer to the one before, with all that was said until then; rates and --num-prompts then count sessions",
  },
  concurrency: optional(
    kind.integer({ min: 1 }),
    "requests in flight at the most, at any rate: what is due waits, and the load is held back",
    { group: "Load", aliases: ["max-concurrency"], env: ["TCP_CONN_LIMIT"] },
  ),
  duration: optional(
    kind.duration("s", { min: 1 }),
    "how long a level sends (default 60s): at a rate, rate × duration requests",
    { group: "Load", env: ["BENCHMARK_TIME_SECONDS"] },
  ),
  numPrompts: optional(kind.integer({ min: 1 }), "requests, or sessions, of each level", {
    group: "Load",
    aliases: ["num-requests"],
  }),
  scrapeServerMetrics: withEnv(shared.scrapeServerMetrics, "SCRAPE_SERVER_METRICS"),
  pmNamespace: withEnv(shared.pmNamespace, "PM_NAMESPACE"),
  pmJob: withEnv(shared.pmJob, "PM_JOB"),
  filePrefix: withEnv(shared.filePrefix, "FILE_PREFIX"),
  outputBucket: withEnv(shared.outputBucket, "OUTPUT_BUCKET"),
  outputBucketFilepath: withEnv(shared.outputBucketFilepath, "OUTPUT_BUCKET_FILEPATH"),

  outdir: optional(kind.text("DIR"), "where results are written (default ./results/profile-<time>)", output),
  overwrite: withDefault(
    kind.toggle(),
    "false",
    "replace the result files in an outdir that is not empty",
    output,
  ),
  json: withDefault(kind.toggle(), "false", "print profile.json on stdout; the table goes to stderr", output),
  levelFigures: withDefault(kind.toggle(), "false", "draw each level's own figures, too", output),
  postBenchmarkSleepTime: optional(
    sleepTime,
    "stay for so long after the work, or infinity, so that files can be copied out of a container",
    { ...output, env: ["POST_BENCHMARK_SLEEP_TIME"] },
  ),
};
