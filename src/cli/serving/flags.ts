import { figureFormats } from "../../report/figures/serving/names.ts";
import { themeNames } from "../../report/figures/theme-names.ts";
import { efficiencyFlags, gpuFlags } from "../efficiency/flags.ts";
import { optional, repeated, withDefault } from "../flags/flag.ts";
import * as kind from "../flags/kinds.ts";
import { conversationFlags } from "./conversation-flags.ts";
import { loadFlags } from "./load-flags.ts";
import { seedFlags } from "./seed-flags.ts";
import { targetFlags } from "./target-flags.ts";

const prompts = { group: "Prompts" };
const verdict = { group: "Verdict" };
const output = { group: "Output" };

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

/** The flags of `inferbench serving`. */
export const servingFlags = {
  ...targetFlags,

  ...loadFlags,

  promptDist: withDefault(
    kind.choice(["uniform", "fixed", "choices", "normal", "lognormal"]),
    "uniform",
    "how the lengths of synthetic prompts are spread",
    prompts,
  ),
  minTokens: withDefault(positive, "8", "shortest synthetic prompt, in tokens", prompts),
  maxTokens: withDefault(positive, "128", "longest synthetic prompt, in tokens", prompts),
  promptTokens: optional(positive, "prompt length with --prompt-dist fixed", prompts),
  choicesTokens: optional(
    kind.list(positive),
    "prompt lengths with --prompt-dist choices, such as 32,64,128",
    prompts,
  ),
  meanTokens: optional(kind.decimal({ min: 1 }), "mean of --prompt-dist normal and lognormal", prompts),
  stdevTokens: optional(kind.decimal({ min: 0 }), "standard deviation of normal and lognormal", prompts),
  outputTokens: withDefault(tokenRange, "128", "tokens to ask for in each answer", prompts),
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
  maxInputLength: withDefault(
    positive,
    "1024",
    "leave out longer prompts of the dataset; with --conversations, where all that was said counts, end before them",
    prompts,
  ),
  maxOutputLength: withDefault(positive, "1024", "leave out longer answers of the dataset", prompts),
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

  ...conversationFlags,

  slo: optional(
    kind.text("LIMITS"),
    "limits that a good request keeps, such as ttft=500ms,tpot=50ms,e2el=10s; with ,p99 at the end, exit 3 unless 99 % of all requests keep them",
    verdict,
  ),
  gate: repeated(
    kind.text("'CONDITION'"),
    "a condition such as 'goodput>=0.95' or 'ttft.p99<800ms'; exit 3 where one does not hold",
    verdict,
  ),
  stall: withDefault(
    kind.duration("ms", { min: 1 }),
    "1s",
    "a pause inside an answer longer than this is counted as a stall",
    verdict,
  ),

  ...efficiencyFlags,

  outdir: optional(kind.text("DIR"), "where results are written (default ./results/serving-<time>)", output),
  overwrite: withDefault(
    kind.toggle(),
    "false",
    "replace the result files in an outdir that is not empty",
    output,
  ),
  runName: optional(kind.text("NAME"), "the run's name in its files (default the outdir's)", output),
  json: withDefault(kind.toggle(), "false", "print summary.json on stdout instead of the table", output),
  figures: withDefault(
    kind.choice(figureFormats),
    "png",
    "pictures of the run, drawn when it is over: latency against throughput, distributions, the run over time, its requests as lanes",
    output,
  ),
  theme: withDefault(
    kind.choice(themeNames),
    "light",
    "how they look; print: black and white, one A4 page each",
    output,
  ),
  saveResult: withDefault(
    kind.toggle(),
    "false",
    "also write vllm-result.json, as vllm bench serve writes its result",
    output,
  ),
  ...seedFlags,
  ...gpuFlags,
  cloudProbe: withDefault(
    kind.toggle(),
    "true",
    "ask the cloud's metadata service for the instance type, where the machine says it is a cloud's",
    output,
  ),
};
