import { rngFor } from "../../../core/rng.ts";
import type { PromptSource } from "./prompt.ts";
import { textOfTokens } from "./synthetic.ts";
import type { TokenCounter } from "./token-counter.ts";
import type { Trace } from "./trace.ts";
import { BLOCK_TOKENS } from "./trace-jsonl.ts";
import type { Vocabulary } from "./vocabulary.ts";

/**
 * Prompts as a trace describes them: its own texts, or words in the lengths that it names. Blocks with a hash id are the same
 * words in every request, so that prompts share what they shared when the trace was taken; where a prompt ends within a
 * block, it has the block's beginning. Other words belong to their request alone. After the last request the trace begins
 * again, with other words where there are no ids.
 *
 * A prefix cache works on such prompts only as long as their heads are left alone: use `withRunNonce`, not `withNonce`, where
 * `trace.hashIds` is not null.
 */
export function tracePrompts(
  trace: Trace,
  options: { seed: number; vocabulary: Vocabulary; counter: TokenCounter },
): PromptSource {
  const { seed, vocabulary, counter } = options;
  const promptTokens = trace.promptTokens.map((tokens, i) => {
    const prompt = trace.prompts?.[i];
    return prompt === undefined ? tokens : counter.count(prompt);
  });
  const block = (id: number, tokens: number) =>
    // The generator takes 32 bits of index. Fewer tokens are the first of more.
    textOfTokens(tokens, rngFor(seed, `block ${Math.floor(id / 2 ** 32)}`, id % 2 ** 32), vocabulary);
  return {
    describe: describeTrace(trace),
    at(index) {
      const i = index % promptTokens.length;
      const tokens = promptTokens[i]!;
      const maxTokens = trace.maxTokens[i]!;
      const prompt = trace.prompts?.[i];
      if (prompt !== undefined) return { text: prompt, promptTokens: tokens, maxTokens };
      const parts: string[] = [];
      let left = tokens;
      for (const id of trace.hashIds?.[i] ?? []) {
        parts.push(block(id, Math.min(left, BLOCK_TOKENS)));
        left -= BLOCK_TOKENS;
      }
      if (left > 0) parts.push(textOfTokens(left, rngFor(seed, "trace", index), vocabulary));
      return { text: parts.join(" "), promptTokens: tokens, maxTokens };
    },
  };
}

/** `kind` is "synthetic" where all texts are made of words, so that what is put at their heads may replace some (nonce.ts). */
function describeTrace(trace: Trace): Readonly<Record<string, unknown>> {
  return {
    kind: trace.prompts === null ? "synthetic" : "trace",
    trace: trace.path,
    format: trace.format,
    timeScale: trace.timeScale,
    requests: trace.times.length,
    sharedPrefixes: trace.hashIds !== null,
    skipped: trace.skipped,
    outOfOrder: trace.outOfOrder,
  };
}
