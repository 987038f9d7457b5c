import { createHash } from "node:crypto";
import type { TargetOptions } from "../../benchmarks/serving/client/http-client.ts";
import type { PromptSource } from "../../benchmarks/serving/workload/prompt.ts";
import { createRedactor } from "../../results/redact.ts";
import { strictJson } from "../../results/strict-json.ts";
import type { ProfileValues } from "./level-values.ts";

/**
 * Flags that do not decide what a level is: where results go and how they look, what is done between and after levels, the search (what it
 * takes from a level is the same whatever share it looks for; a trial that it would not run again is not kept), secrets.
 */
const ASIDE: readonly (keyof ProfileValues | "config")[] = [
  "config",
  "outdir",
  "overwrite",
  "resume",
  "json",
  "figures",
  "html",
  "theme",
  "levelFigures",
  "runName",
  "saveResult",
  "saveJsonResults",
  "filePrefix",
  "saveAggregatedResult",
  "additionalMetadataMetricsToSave",
  "outputBucket",
  "outputBucketFilepath",
  "findCapacity",
  "good",
  "capacityRequests",
  "capacityTime",
  "maxTime",
  "sleepTime",
  "idleTimeout",
  "preflight",
  "preflightTimeout",
  "postBenchmarkSleepTime",
  "apiKeyFile",
  "header",
  "proxy",
  "insecure",
  "scrapeServerMetrics",
  "metricsUrl",
  "scrapeInterval",
  "pmNamespace",
  "pmJob",
  "cloudProbe",
];
/** Said by the target. */
const TARGET: readonly (keyof ProfileValues)[] = ["endpoint", "host", "port", "backend", "model", "models"];
/** Enough to know a dataset or a prompt file again. */
const HASHED_PROMPTS = 100;

/** A saved plan without what an older version had in it, and what decides nothing. */
export function decidingOnly(plan: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const aside = new Set<string>(ASIDE);
  return Object.fromEntries(Object.entries(plan).filter(([key]) => !aside.has(key)));
}

/** All that decides what the levels of a profile are, as JSON gives it and without secrets. */
export function planRecord(
  values: ProfileValues,
  target: TargetOptions,
  model: string,
  prompts: PromptSource,
): Record<string, unknown> {
  const left = new Set<string>([...ASIDE, ...TARGET]);
  const flags = Object.entries(values).filter(([key, value]) => !left.has(key) && value !== undefined);
  const { origin, pathname } = new URL(target.url);
  const redactor = createRedactor({ argv: process.argv.slice(2), env: process.env });
  const plan = {
    endpoint: origin + pathname,
    backend: target.protocol.name,
    model,
    ...Object.fromEntries(flags),
    ...(values.requestRates === undefined
      ? {}
      : { requestRates: values.requestRates.map((rate) => (Number.isFinite(rate) ? rate : "inf")) }),
    prompts: prompts.describe,
    promptsHash: hashOf(prompts),
  };
  return redactor.value(JSON.parse(strictJson(plan))) as Record<string, unknown>;
}

function hashOf(prompts: PromptSource): string {
  const hash = createHash("sha256");
  for (let i = 0; i < HASHED_PROMPTS; i++) {
    const { text, maxTokens } = prompts.at(i);
    hash.update(`${maxTokens}\0${text}\0`);
  }
  return hash.digest("hex");
}
