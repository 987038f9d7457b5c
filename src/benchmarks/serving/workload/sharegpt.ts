import * as v from "valibot";
import { messageOf, usageError } from "../../../core/errors.ts";
import type { Prompt } from "./prompt.ts";
import { readText } from "./prompt-file.ts";
import type { TokenCounter } from "./token-counter.ts";

/** The first two turns; none where there are fewer. Further turns are not looked at: in real datasets some have no text. */
const FirstTurns = v.pipe(
  v.object({ conversations: v.array(v.unknown()) }),
  v.transform(({ conversations }) => (conversations.length < 2 ? [] : conversations.slice(0, 2))),
  v.array(v.object({ value: v.string() })),
);

/** Shorter prompts and answers are dropped, as in the ShareGPT filter that the field's tools share. */
export const MIN_TOKENS = 4;

/** What is kept of a dataset, in tokens. */
export interface DatasetLimits {
  maxInputTokens: number;
  maxOutputTokens: number;
}

/** The items of a dataset in ShareGPT's shape, not yet looked at. @throws ToolError USAGE when the file is no JSON list */
export function readDataset(path: string): unknown[] {
  let items: unknown;
  try {
    items = JSON.parse(readText(path));
  } catch (error) {
    if (error instanceof Error && error.name === "ToolError") throw error;
    throw usageError(
      `the dataset ${path} is not JSON: ${messageOf(error)}`,
      "It must be a JSON list of conversations.",
    );
  }
  if (!Array.isArray(items)) throw usageError(`the dataset ${path} is not a list of conversations`);
  return items;
}

/**
 * Prompts from a dataset in ShareGPT's shape: the first turn is the prompt, the second's length the output length asked
 * for. Dropped: fewer than two turns, either under 4 tokens, prompt over `maxInputTokens`, answer over `maxOutputTokens`.
 * @throws ToolError USAGE when the file is not of that shape or nothing is left
 */
export function readShareGpt(path: string, counter: TokenCounter, limits: DatasetLimits): Prompt[] {
  const items = readDataset(path);
  const prompts: Prompt[] = [];
  for (const [i, item] of items.entries()) {
    const parsed = v.safeParse(FirstTurns, item);
    if (!parsed.success) {
      throw usageError(`${path}, item ${i + 1}: expected {"conversations": [{"value": "…"}, …]}`);
    }
    const [question, answer] = parsed.output;
    if (question === undefined || answer === undefined) continue;
    const promptTokens = counter.count(question.value);
    const maxTokens = counter.count(answer.value);
    if (promptTokens < MIN_TOKENS || maxTokens < MIN_TOKENS) continue;
    if (promptTokens > limits.maxInputTokens || maxTokens > limits.maxOutputTokens) continue;
    prompts.push({ text: question.value, promptTokens, maxTokens });
  }
  if (prompts.length === 0) {
    throw usageError(
      `no conversation of ${items.length} in ${path} fits --max-input-length ${limits.maxInputTokens} and --max-output-length ${limits.maxOutputTokens}`,
    );
  }
  return prompts;
}
