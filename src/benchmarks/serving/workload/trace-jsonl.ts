import * as v from "valibot";
import { messageOf, usageError } from "../../../core/errors.ts";
import { MOST_TOKENS, type TraceRow } from "./trace-row.ts";

/** Tokens that one hash id stands for in Mooncake's published traces; the last block of a prompt may have fewer. */
export const BLOCK_TOKENS = 512;

const Ms = v.pipe(v.number(), v.finite(), v.minValue(0));
const Id = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const Tokens = v.pipe(Id, v.maxValue(MOST_TOKENS));
const SomeTokens = v.pipe(Tokens, v.minValue(1));

const MooncakeLine = v.object({
  timestamp: Ms,
  input_length: Tokens,
  output_length: Tokens,
  hash_ids: v.optional(v.array(Id)),
});

const OwnLine = v.union([
  v.object({ at_ms: Ms, prompt: v.pipe(v.string(), v.minLength(1)), max_tokens: SomeTokens }),
  v.object({
    at_ms: Ms,
    prompt: v.optional(v.undefined()),
    prompt_tokens: SomeTokens,
    max_tokens: SomeTokens,
  }),
]);

/**
 * Mooncake's format: `timestamp` in ms, lengths in tokens, `hash_ids` for blocks of 512 tokens. Source:
 * github.com/kvcache-ai/Mooncake, FAST25-release/traces; there, a prompt has an id for each block that it begins. Fewer are
 * taken too (some tools leave out the last one), more are not: they mean blocks of another size.
 */
export function* mooncakeRows(text: string, path: string): Generator<TraceRow> {
  const shape = '{"timestamp": ms, "input_length": N, "output_length": N, "hash_ids": [N, …]}';
  for (const { line, number } of jsonLines(text, path, MooncakeLine, shape)) {
    const { timestamp, input_length, output_length, hash_ids = [] } = line;
    const blocks = Math.ceil(input_length / BLOCK_TOKENS);
    if (hash_ids.length > blocks) {
      throw usageError(
        `${path}, line ${number}: ${hash_ids.length} hash_ids for ${input_length} tokens, which are ${blocks} blocks of ${BLOCK_TOKENS}`,
        `Only traces with blocks of ${BLOCK_TOKENS} tokens can be read.`,
      );
    }
    yield { atMs: timestamp, promptTokens: input_length, maxTokens: output_length, hashIds: hash_ids };
  }
}

/** Our own format: `at_ms`, `max_tokens`, and either `prompt_tokens` or the `prompt` itself; other keys are not looked at. */
export function* ownRows(text: string, path: string): Generator<TraceRow> {
  const shape = '{"at_ms": ms, "prompt_tokens": N or "prompt": "…", "max_tokens": N}';
  for (const { line } of jsonLines(text, path, OwnLine, shape)) {
    const { at_ms: atMs, max_tokens: maxTokens } = line;
    if (line.prompt === undefined) yield { atMs, promptTokens: line.prompt_tokens, maxTokens };
    else yield { atMs, promptTokens: 0, maxTokens, prompt: line.prompt };
  }
}

/** The lines of the given shape; blank ones are left out, but counted. */
function* jsonLines<S extends v.GenericSchema>(
  text: string,
  path: string,
  schema: S,
  shape: string,
): Generator<{ line: v.InferOutput<S>; number: number }> {
  let number = 0;
  for (let begin = 0; begin < text.length; ) {
    const newline = text.indexOf("\n", begin);
    const end = newline === -1 ? text.length : newline;
    const source = text.slice(begin, end);
    begin = end + 1;
    number++;
    if (source.trim() === "") continue;
    const result = v.safeParse(schema, parsed(source, path, number));
    if (!result.success) throw usageError(`${path}, line ${number}: expected ${shape}`);
    yield { line: result.output, number };
  }
}

function parsed(source: string, path: string, number: number): unknown {
  try {
    return JSON.parse(source);
  } catch (error) {
    throw usageError(`${path}, line ${number}: not JSON (${messageOf(error)})`);
  }
}
