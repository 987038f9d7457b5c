import { readFileSync } from "node:fs";
import * as v from "valibot";
import { messageOf, usageError } from "../../../core/errors.ts";
import { rngFor } from "../../../core/rng.ts";
import { drawLength, type LengthDistribution } from "./lengths.ts";
import type { Prompt } from "./prompt.ts";
import type { TokenCounter } from "./token-counter.ts";

const Line = v.union([
  v.pipe(v.string(), v.minLength(1)),
  v.object({
    prompt: v.pipe(v.string(), v.minLength(1)),
    max_tokens: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1))),
  }),
]);

/**
 * Prompts from a file: one a line; or JSON lines, each a string or `{"prompt": …, "max_tokens": …}`. It is read as JSON
 * lines when its first line begins with `{`, or is a JSON string from end to end.
 * @throws ToolError USAGE naming the file and the line
 */
export function readPromptFile(
  path: string,
  counter: TokenCounter,
  output: { tokens: LengthDistribution; seed: number },
): Prompt[] {
  const lines = readText(path)
    .split(/\r?\n/)
    .map((text, i) => ({ text, number: i + 1 }))
    .filter(({ text }) => text.trim() !== "");
  if (lines.length === 0) throw usageError(`the prompt file ${path} has no prompts`);
  const isJson = looksLikeJson(lines[0]!.text);
  return lines.map(({ text, number }, i) => {
    const { prompt, max_tokens } = isJson
      ? parseLine(text, path, number)
      : { prompt: text, max_tokens: undefined };
    const maxTokens = max_tokens ?? drawLength(output.tokens, rngFor(output.seed, "output", i));
    return { text: prompt, promptTokens: counter.count(prompt), maxTokens };
  });
}

/** A prompt may well begin with a quotation; hardly one with a brace, so that a slip in the first object is reported. */
function looksLikeJson(line: string): boolean {
  if (/^\s*\{/.test(line)) return true;
  try {
    return typeof JSON.parse(line) === "string";
  } catch {
    return false;
  }
}

function parseLine(
  text: string,
  path: string,
  number: number,
): { prompt: string; max_tokens: number | undefined } {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw usageError(
      `${path}, line ${number}: not JSON (${messageOf(error)})`,
      "The first line is JSON, so all must be.",
    );
  }
  const result = v.safeParse(Line, value);
  if (!result.success) {
    throw usageError(`${path}, line ${number}: expected a string or {"prompt": "…", "max_tokens": N}`);
  }
  const line = result.output;
  return typeof line === "string"
    ? { prompt: line, max_tokens: undefined }
    : { prompt: line.prompt, max_tokens: line.max_tokens };
}

/** The whole file as text, without a byte order mark. @throws ToolError USAGE */
export function readText(path: string): string {
  try {
    return readFileSync(path, "utf8").replace(/^\uFEFF/, "");
  } catch (error) {
    throw usageError(`cannot read ${path}: ${messageOf(error)}`);
  }
}
