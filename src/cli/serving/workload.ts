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
import type { ServingValues } from "./config.ts";
import { conversationTexts, refuseConversationFlags } from "./conversations.ts";
import { mostTokens, promptLengths, refuseLengths } from "./lengths.ts";
import { DEFAULT_OUTPUT_TOKENS } from "./prompt-flags.ts";

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

/** Reads and prepares all that prompts need; nothing is tokenized after this until the run is over. */
export async function workloadOf(
  values: ServingValues,
  env: Readonly<Record<string, string | undefined>>,
  trace: Trace | null,
): Promise<Workload> {
  const { conversations, dataset } = values;
  refuseTwoSources(values, trace);
  refuseConversationFlags(values);
  if (dataset !== undefined) refuseLengths(values, ["maxInputLength", "maxOutputLength"], "--dataset");
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
  const output = values.outputTokens ?? { min: DEFAULT_OUTPUT_TOKENS, max: DEFAULT_OUTPUT_TOKENS };
  const outputTokens: LengthDistribution = { kind: "uniform", ...output };
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
  if (samplePromptsFile !== undefined) refuseLengths(values, ["outputTokens"], "--sample-prompts-file");
  if (samplePromptsFile !== undefined) {
    const prompts = readPromptFile(samplePromptsFile, counter, { tokens: outputTokens, seed });
    return drawnPrompts(prompts, seed, { kind: "file", path: samplePromptsFile, outputTokens });
  }
  if (dataset !== undefined) {
    const limits = mostTokens(values);
    return drawnPrompts(readShareGpt(dataset, counter, limits), seed, {
      kind: "sharegpt",
      path: dataset,
      ...limits,
    });
  }
  return syntheticPrompts({ seed, promptTokens: promptLengths(values), outputTokens, vocabulary });
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
