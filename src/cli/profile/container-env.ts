import { backends } from "../../benchmarks/serving/protocols/registry.ts";
import { usageError } from "../../core/errors.ts";

type Env = Readonly<Record<string, string | undefined>>;

/** Any of these says that seed 004's container is meant. Names that others use, too (PORT, IP, MODELS …), do not. */
const OWN = [
  "REQUEST_RATES",
  "BENCHMARK_TIME_SECONDS",
  "MAX_NUM_PROMPTS",
  "PROMPT_DATASET",
  "PROMPT_DATASET_FILE",
  "POST_BENCHMARK_SLEEP_TIME",
] as const;

/** The others that latency_throughput_curve.sh reads and flags take (HF_TOKEN is read where a tokenizer is downloaded). */
const SHARED = [
  "IP",
  "PORT",
  "TOKENIZER",
  "BACKEND",
  "INPUT_LENGTH",
  "OUTPUT_LENGTH",
  "FILE_PREFIX",
  "MODELS",
  "TRAFFIC_SPLIT",
  "SLEEP_TIME",
  "STREAM_REQUEST",
  "IGNORE_EOS",
  "TCP_CONN_LIMIT",
  "OUTPUT_BUCKET",
  "OUTPUT_BUCKET_FILEPATH",
  "SCRAPE_SERVER_METRICS",
  "PM_NAMESPACE",
  "PM_JOB",
] as const;

/** What PROMPT_DATASET=sharegpt stands for, in the working directory. */
const SHAREGPT_FILE = "ShareGPT_V3_unfiltered_cleaned_split.json";

/** Whether the variables of seed 004's script are meant. */
export function isContainer(env: Env): boolean {
  return OWN.some((name) => isSet(env, name));
}

/**
 * The environment as the profile's flags read it: the script's variables under their own names, as our flags take their values; without
 * them where nothing says that they are meant.
 * @throws ToolError USAGE for what is asked for and cannot be done
 */
export function profileEnv(env: Env): Env {
  const others = Object.fromEntries(
    Object.entries(env).filter(([name]) => !([...OWN, ...SHARED] as string[]).includes(name)),
  );
  if (!isContainer(env)) return others;
  const asGiven = [...OWN, ...SHARED].flatMap((name) =>
    isSet(env, name) ? [[name, env[name]!.trim()]] : [],
  );
  return {
    ...others,
    ...Object.fromEntries(asGiven),
    PROMPT_DATASET_FILE: datasetOf(env),
    ...(isSet(env, "BACKEND") ? { BACKEND: backendOf(env.BACKEND!) } : {}),
    // One model by our own variable takes the place of theirs.
    ...(isSet(env, "INFERBENCH_MODEL") ? { MODELS: undefined, TRAFFIC_SPLIT: undefined } : {}),
    // Without a bucket its folder means nothing, as in the script.
    ...(isSet(env, "OUTPUT_BUCKET") ? {} : { OUTPUT_BUCKET_FILEPATH: undefined }),
    // The script always asks for its result files.
    INFERBENCH_SAVE_JSON_RESULTS: env.INFERBENCH_SAVE_JSON_RESULTS ?? "true",
    // The script asks for these only where they are the very word true.
    STREAM_REQUEST: String(env.STREAM_REQUEST === "true"),
    IGNORE_EOS: String(env.IGNORE_EOS === "true"),
    ...scrapingOf(env),
  };
}

function isSet(env: Env, name: string): boolean {
  return (env[name] ?? "").trim() !== "";
}

function datasetOf(env: Env): string | undefined {
  if (env.PROMPT_DATASET?.trim() === "sharegpt") return SHAREGPT_FILE;
  if (isSet(env, "PROMPT_DATASET_FILE")) return env.PROMPT_DATASET_FILE!.trim();
  if (!isSet(env, "PROMPT_DATASET")) return undefined;
  throw usageError(
    `PROMPT_DATASET=${env.PROMPT_DATASET} is no dataset that is known`,
    "Set it to sharegpt, or name a file of ShareGPT's shape with PROMPT_DATASET_FILE.",
  );
}

/** Where the server's metrics are not asked for, what would choose them means nothing, as in the script. */
function scrapingOf(env: Env): Env {
  if (env.SCRAPE_SERVER_METRICS === "true") return {};
  return { SCRAPE_SERVER_METRICS: "false", PM_NAMESPACE: undefined, PM_JOB: undefined };
}

function backendOf(name: string): string {
  if (name === "vllm") return "openai-completions";
  if ((backends as readonly string[]).includes(name)) return name;
  throw usageError(
    `BACKEND=${name} is a wire format that profile does not speak`,
    `Set it to vllm, or to one of ${backends.join(", ")}.`,
  );
}
