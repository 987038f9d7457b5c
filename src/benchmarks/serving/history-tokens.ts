import { outputTokens, tokenEvents } from "./metrics.ts";
import type { RequestRecord } from "./record.ts";

/** Tokens of the prompt that follows this answer in its conversation, with `newTokens` of the next turn's own. */
export function promptTokensAfter(answered: RequestRecord, newTokens: number): number {
  return answered.promptTokens + tokensInHistory(answered) + newTokens;
}

/** Tokens of an answer that go on into the history: reasoning and tool calls do not. As planned where nobody counted them. */
function tokensInHistory(answered: RequestRecord): number {
  const { count, source } = outputTokens(answered);
  if (source === "none") return answered.maxTokens;
  const reasoning = answered.usage?.reasoningTokens ?? null;
  if (reasoning !== null) return Math.max(0, count - reasoning);
  return Math.round((count * answered.channels.answer) / tokenEvents(answered));
}
