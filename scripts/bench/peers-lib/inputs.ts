import { cpSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { words } from "../../../src/benchmarks/serving/workload/words.ts";
import { rngFor } from "../../../src/core/rng.ts";
import { type Load, PROMPT_TOKENS } from "./loads.ts";

/** Paths of the same prompts in each tool's form, and of a tokenizer. */
export interface Inputs {
  readonly folder: string;
  /** A folder in the shape of a Hugging Face model's. */
  readonly tokenizer: string;
  /** A folder for HF_HOME that holds the same tokenizer under HUB_NAME, for tools that refuse folders. */
  readonly hfHome: string;
}

export const HUB_NAME = "bench/words";
const HUB_REVISION = "0".repeat(40);

/**
 * Makes the tokenizer: a word is a token, as it is for the mock, so that every tool counts prompts and answers alike.
 * Prompts and answers are ordinary words; what the vocabulary lacks is one `<unk>` each.
 */
export function makeInputs(folder: string): Inputs {
  const tokenizer = join(folder, "tokenizer");
  mkdirSync(tokenizer, { recursive: true });
  const vocab = Object.fromEntries(["<unk>", "<s>", "</s>", ...new Set(words)].map((word, id) => [word, id]));
  const special = { single_word: false, lstrip: false, rstrip: false, normalized: false, special: true };
  const added = ["<unk>", "<s>", "</s>"].map((content, id) => ({ id, content, ...special }));
  writeJson(join(tokenizer, "tokenizer.json"), {
    version: "1.0",
    truncation: null,
    padding: null,
    added_tokens: added,
    normalizer: null,
    pre_tokenizer: { type: "WhitespaceSplit" },
    post_processor: null,
    decoder: null,
    model: { type: "WordLevel", vocab, unk_token: "<unk>" },
  });
  writeJson(join(tokenizer, "tokenizer_config.json"), {
    tokenizer_class: "PreTrainedTokenizerFast",
    model_max_length: 32_768,
    unk_token: "<unk>",
    bos_token: "<s>",
    eos_token: "</s>",
  });
  writeJson(join(tokenizer, "config.json"), { model_type: "llama" });
  const hfHome = join(folder, "hf");
  const hub = join(hfHome, "hub", `models--${HUB_NAME.replace("/", "--")}`);
  mkdirSync(join(hub, "refs"), { recursive: true });
  writeFileSync(join(hub, "refs/main"), HUB_REVISION);
  cpSync(tokenizer, join(hub, "snapshots", HUB_REVISION), { recursive: true });
  return { folder, tokenizer, hfHome };
}

/** The prompts of a load, each sent once. */
function promptsOf({ requests }: Load): string[] {
  const rng = rngFor(0, "peers", requests);
  return Array.from({ length: requests }, () =>
    Array.from({ length: PROMPT_TOKENS }, () => words[rng.below(words.length)]!).join(" "),
  );
}

/** Writes a load's prompts as JSON lines, an object each. @returns the path */
export function promptLines(
  inputs: Inputs,
  load: Load,
  name: string,
  line: (prompt: string) => object,
): string {
  const path = join(inputs.folder, `${name}-${load.streams}.jsonl`);
  writeFileSync(
    path,
    promptsOf(load)
      .map((prompt) => `${JSON.stringify(line(prompt))}\n`)
      .join(""),
  );
  return path;
}

/** Writes them in ShareGPT's shape, each with an answer of the load's length. @returns the path */
export function shareGptFile(inputs: Inputs, load: Load): string {
  const path = join(inputs.folder, `sharegpt-${load.streams}.json`);
  const answer = words.slice(0, load.outputTokens).join(" ");
  const turns = (prompt: string) => [
    { from: "human", value: prompt },
    { from: "gpt", value: answer },
  ];
  writeJson(
    path,
    promptsOf(load).map((prompt) => ({ conversations: turns(prompt) })),
  );
  return path;
}

function writeJson(path: string, value: unknown): void {
  writeFileSync(path, JSON.stringify(value));
}
