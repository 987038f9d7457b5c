import { optional, withDefault } from "../flags/flag.ts";
import * as kind from "../flags/kinds.ts";

/* Lengths have their defaults here, and no flag a default of its own: a length that was given, but that nothing uses, is an error. */

export const DEFAULT_PROMPT_TOKENS = { min: 8, max: 128 };
export const DEFAULT_OUTPUT_TOKENS = 128;
/** As seed 004's tool. */
export const DEFAULT_MOST_TOKENS = 1024;

const prompts = { group: "Prompts" };

const positive = kind.integer({ min: 1 });

/** `128`, or `64-256` for lengths drawn evenly between the two. */
const tokenRange: kind.Kind<{ min: number; max: number }> = {
  placeholder: "N|MIN-MAX",
  allowed: "a number of tokens such as 128, or a range such as 64-256",
  parse(text) {
    const match = /^(\d+)(?:-(\d+))?$/.exec(text);
    if (match === null) return undefined;
    const min = Number(match[1]);
    const max = Number(match[2] ?? match[1]);
    return min >= 1 && max >= min ? { min, max } : undefined;
  },
};

/** Flags for what is sent. */
export const promptFlags = {
  promptDist: optional(
    kind.choice(["uniform", "fixed", "choices", "normal", "lognormal"]),
    "how the lengths of synthetic prompts are spread (default uniform)",
    prompts,
  ),
  minTokens: optional(
    positive,
    `shortest synthetic prompt, in tokens (default ${DEFAULT_PROMPT_TOKENS.min})`,
    prompts,
  ),
  maxTokens: optional(
    positive,
    `longest synthetic prompt, in tokens (default ${DEFAULT_PROMPT_TOKENS.max})`,
    prompts,
  ),
  promptTokens: optional(positive, "prompt length with --prompt-dist fixed", prompts),
  choicesTokens: optional(
    kind.list(positive),
    "prompt lengths with --prompt-dist choices, such as 32,64,128",
    prompts,
  ),
  meanTokens: optional(kind.decimal({ min: 1 }), "mean of --prompt-dist normal and lognormal", prompts),
  stdevTokens: optional(kind.decimal({ min: 0 }), "standard deviation of normal and lognormal", prompts),
  outputTokens: optional(
    tokenRange,
    `tokens to ask for in each answer, where no file says it (default ${DEFAULT_OUTPUT_TOKENS})`,
    prompts,
  ),
  samplePromptsFile: optional(
    kind.text("FILE"),
    'prompts from a file: one a line, or JSON lines {"prompt": "…", "max_tokens": N}',
    prompts,
  ),
  dataset: optional(
    kind.text("FILE"),
    "prompts and output lengths from a dataset in ShareGPT's shape",
    prompts,
  ),
  maxInputLength: optional(
    positive,
    `leave out longer prompts of the dataset; with --conversations, where all that was said counts, end before them (default ${DEFAULT_MOST_TOKENS})`,
    prompts,
  ),
  maxOutputLength: optional(
    positive,
    `leave out longer answers of the dataset (default ${DEFAULT_MOST_TOKENS})`,
    prompts,
  ),
  tokenizer: optional(
    kind.text("FILE|DIR|NAME"),
    "tokenizer.json, its folder, or a hub name; without one, lengths are estimates",
    prompts,
  ),
  cache: withDefault(
    kind.choice(["fresh", "warm"]),
    "fresh",
    "fresh: random words at the head of each prompt (of each session's first), so that a prefix cache does not know it; warm: prompts as they are",
    prompts,
  ),
  cacheSalt: optional(
    kind.integer({ min: 0, max: Number.MAX_SAFE_INTEGER }),
    "seed of those words, to send the very same texts again",
    prompts,
  ),
};
