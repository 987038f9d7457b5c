import type { SessionSource } from "../../benchmarks/serving/workload/conversation.ts";
import { drawnPrompts } from "../../benchmarks/serving/workload/drawn.ts";
import type { LengthDistribution } from "../../benchmarks/serving/workload/lengths.ts";
import { withNonce } from "../../benchmarks/serving/workload/nonce.ts";
import type { PromptSource } from "../../benchmarks/serving/workload/prompt.ts";
import { readPromptFile } from "../../benchmarks/serving/workload/prompt-file.ts";
import { withRunNonce } from "../../benchmarks/serving/workload/run-nonce.ts";
import { readShareGpt } from "../../benchmarks/serving/workload/sharegpt.ts";
import { otherWords, syntheticPrompts } from "../../benchmarks/serving/workload/synthetic.ts";
import { estimatedTokens, type TokenCounter } from "../../benchmarks/serving/workload/token-counter.ts";
import { loadTokenizer, tokenizerPlaces } from "../../benchmarks/serving/workload/tokenizer.ts";
import type { Trace } from "../../benchmarks/serving/workload/trace.ts";
import { tracePrompts } from "../../benchmarks/serving/workload/trace-prompts.ts";
import { type Vocabulary, vocabularyOf } from "../../benchmarks/serving/workload/vocabulary.ts";
import { usageError } from "../../core/errors.ts";
import { flagName } from "../flags/flag.ts";
import type { ServingValues } from "./config.ts";
import { conversationTexts, refuseConversationFlags } from "./conversations.ts";

/** What is sent. */
export interface Texts {
  /** As the seed gives them. */
  base: PromptSource;
  /** Likewise, of whole conversations; null where each prompt stands alone. */
  baseSessions: SessionSource | null;
  /** As they are sent: with the words at their head that are new in each run. */
  prompts: PromptSource;
  sessions: SessionSource | null;
}

export interface Workload extends Texts {
  /** Other texts of the same lengths. */
  warmupPrompts: PromptSource;
  counter: TokenCounter;
  /** Seed of the words at each prompt's head; null where prompts are sent as they are. */
  salt: number | null;
  /** The same prompts with other words at their heads; nothing is read or tokenized again. */
  withSalt(salt: number | null): Workload;
}

/** Flags that belong to one kind of --prompt-dist. */
const LENGTH_FLAGS = ["promptTokens", "choicesTokens", "meanTokens", "stdevTokens"] as const;
type LengthFlag = (typeof LENGTH_FLAGS)[number];

/** Reads and prepares all that prompts need; nothing is tokenized after this until the run is over. */
export async function workloadOf(
  values: ServingValues,
  env: Readonly<Record<string, string | undefined>>,
  trace: Trace | null,
): Promise<Workload> {
  const { conversations, dataset } = values;
  refuseTwoSources(values, trace);
  refuseConversationFlags(values);
  if (dataset !== undefined) refuseLengths(values, [], "--dataset");
  const counter =
    values.tokenizer === undefined
      ? estimatedTokens
      : await loadTokenizer(values.tokenizer, tokenizerPlaces(env));
  const vocabulary = vocabularyOf(counter);
  const textsOf =
    conversations && dataset !== undefined
      ? conversationTexts(values, dataset, counter, vocabulary)
      : singleTexts(values, trace, counter, vocabulary);
  const withSalt = (salt: number | null): Workload => {
    const texts = textsOf(salt);
    const warmupPrompts = otherWords(texts.prompts, values.seed, vocabulary);
    return { ...texts, warmupPrompts, counter, salt, withSalt };
  };
  return withSalt(saltOf(values));
}

/** Prompts that stand alone, for each salt. */
function singleTexts(
  values: ServingValues,
  trace: Trace | null,
  counter: TokenCounter,
  vocabulary: Vocabulary,
): (salt: number | null) => Texts {
  const outputTokens: LengthDistribution = { kind: "uniform", ...values.outputTokens };
  const base =
    trace === null
      ? basePrompts(values, counter, outputTokens, vocabulary)
      : promptsOfTrace(values, trace, counter, vocabulary);
  // What requests of a trace share with one another must survive; it is new in each run all the same.
  const withHead = trace?.hashIds == null ? withNonce : withRunNonce;
  return (salt) => {
    const prompts = salt === null ? base : withHead(base, salt, vocabulary);
    return { base, baseSessions: null, prompts, sessions: null };
  };
}

/** At most one source of prompts may be named. @throws ToolError USAGE */
function refuseTwoSources(values: ServingValues, trace: Trace | null): void {
  const given = [
    ["--sample-prompts-file", values.samplePromptsFile],
    ["--dataset", values.dataset],
    ["--trace", trace ?? undefined],
  ].filter(([, value]) => value !== undefined);
  if (given.length > 1) {
    const names = given.map(([name]) => name);
    const list = `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
    throw usageError(`${list} ${names.length === 2 ? "both" : "all"} name the prompts`, "Give one of them.");
  }
}

function promptsOfTrace(
  values: ServingValues,
  trace: Trace,
  counter: TokenCounter,
  vocabulary: Vocabulary,
): PromptSource {
  refuseLengths(values, [], "--trace");
  return tracePrompts(trace, { seed: values.seed, vocabulary, counter });
}

function basePrompts(
  values: ServingValues,
  counter: TokenCounter,
  outputTokens: LengthDistribution,
  vocabulary: Vocabulary,
): PromptSource {
  const { samplePromptsFile, dataset, seed } = values;
  if (samplePromptsFile !== undefined) refuseLengths(values, [], "--sample-prompts-file");
  if (samplePromptsFile !== undefined) {
    const prompts = readPromptFile(samplePromptsFile, counter, { tokens: outputTokens, seed });
    return drawnPrompts(prompts, seed, { kind: "file", path: samplePromptsFile, outputTokens });
  }
  if (dataset !== undefined) {
    const limits = { maxInputTokens: values.maxInputLength, maxOutputTokens: values.maxOutputLength };
    return drawnPrompts(readShareGpt(dataset, counter, limits), seed, {
      kind: "sharegpt",
      path: dataset,
      ...limits,
    });
  }
  return syntheticPrompts({ seed, promptTokens: promptLengths(values), outputTokens, vocabulary });
}

/** The length distribution that the flags describe. @throws ToolError USAGE for what they leave open */
export function promptLengths(values: ServingValues): LengthDistribution {
  const { promptDist: kind, minTokens: min, maxTokens: max, meanTokens: mean, stdevTokens: sd } = values;
  if (min > max) throw usageError(`--min-tokens ${min} is more than --max-tokens ${max}`);
  const withKind = `--prompt-dist ${kind}`;
  switch (kind) {
    case "uniform":
      refuseLengths(values, [], withKind);
      return { kind, min, max };
    case "fixed":
      refuseLengths(values, ["promptTokens"], withKind);
      return { kind, tokens: values.promptTokens ?? max };
    case "choices":
      refuseLengths(values, ["choicesTokens"], withKind);
      if (values.choicesTokens === undefined)
        throw usageError("--prompt-dist choices needs --choices-tokens, such as 32,64,128");
      return { kind, tokens: values.choicesTokens };
    case "normal":
    case "lognormal":
      refuseLengths(values, ["meanTokens", "stdevTokens"], withKind);
      if (mean === undefined || sd === undefined) {
        throw usageError(`${withKind} needs --mean-tokens and --stdev-tokens`);
      }
      if (mean < min || mean > max) {
        throw usageError(
          `--mean-tokens ${mean} lies outside of --min-tokens ${min} to --max-tokens ${max}`,
          "Lengths are cut to that range: widen it.",
        );
      }
      return { kind, mean, sd, min, max };
  }
}

/** Length flags that would be ignored are errors. */
function refuseLengths(values: ServingValues, used: readonly LengthFlag[], by: string): void {
  const ignored = LENGTH_FLAGS.find((key) => values[key] !== undefined && !used.includes(key));
  if (ignored !== undefined) throw usageError(`--${flagName(ignored)} has no effect with ${by}`);
}

function saltOf(values: ServingValues): number | null {
  if (values.cache === "fresh") return values.cacheSalt ?? newSalt();
  if (values.cacheSalt === undefined) return null;
  throw usageError("--cache-salt has no effect with --cache warm, which sends prompts as they are");
}

/** Another one each time. */
export function newSalt(): number {
  return crypto.getRandomValues(new Uint32Array(1))[0]!;
}
