import { answersDelivered, finishReasons, promptsDelivered } from "./lengths-delivered.ts";
import { outputTokens, type TokenSource, tokenEvents } from "./metrics.ts";
import type { RequestRecord } from "./record.ts";
import type { ServingSummary } from "./summary-shape.ts";

/** Every count of the tokens of a run's successes side by side, and what was asked for. */
export function tokenSummary(run: readonly RequestRecord[], exactLengths: boolean): ServingSummary["tokens"] {
  const successes = run.filter((r) => r.failure === null);
  const streams = successes.filter((r) => r.streamed);
  return {
    source: countSources(successes),
    promptAsked: sum(successes, (r) => r.promptTokens),
    promptByUsage: sumKnown(successes, (r) => r.usage?.promptTokens ?? null),
    promptCached: sumKnown(successes, (r) => r.usage?.cachedTokens ?? null),
    promptLengths: exactLengths ? "tokenizer" : "estimated",
    promptDelivered: promptsDelivered(successes),
    outputAsked: sum(successes, (r) => r.maxTokens),
    output: sum(successes, (r) => outputTokens(r).count),
    outputByUsage: sumKnown(successes, (r) => r.usage?.completionTokens ?? null),
    outputByTokenizer: sumKnown(successes, (r) => r.textTokens),
    outputEvents: sum(streams, tokenEvents),
    outputChunks: sum(streams, (r) => r.chunkUs.length),
    outputDelivered: answersDelivered(successes),
    channels: {
      answer: sum(successes, (r) => r.channels.answer),
      reasoning: sum(successes, (r) => r.channels.reasoning),
      tool: sum(successes, (r) => r.channels.tool),
    },
    reasoningByUsage: sumKnown(successes, (r) => r.usage?.reasoningTokens ?? null),
    finishReasons: finishReasons(successes),
    streamed: streams.length,
  };
}

function countSources(records: readonly RequestRecord[]): Partial<Record<TokenSource, number>> {
  const counts: Partial<Record<TokenSource, number>> = {};
  for (const r of records) {
    const { source } = outputTokens(r);
    counts[source] = (counts[source] ?? 0) + 1;
  }
  return counts;
}

function sum<T>(items: readonly T[], of: (item: T) => number): number {
  return items.reduce((total, item) => total + of(item), 0);
}

/** The sum where every item has a value, else null: a sum with gaps would be taken for the whole. */
function sumKnown<T>(items: readonly T[], of: (item: T) => number | null): number | null {
  let total = 0;
  for (const item of items) {
    const value = of(item);
    if (value === null) return null;
    total += value;
  }
  return items.length === 0 ? null : total;
}
