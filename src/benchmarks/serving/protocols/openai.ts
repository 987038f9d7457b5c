import type { Piece, RequestContent, Usage } from "./protocol.ts";

/** The parts of OpenAI's wire format that completions and chat share. All fields may be absent or of a wrong type. */
export interface OpenAiAnswer {
  choices?: unknown;
  usage?: OpenAiUsage | null;
  error?: unknown;
}

export interface OpenAiChoice {
  text?: unknown;
  delta?: OpenAiMessage | null;
  message?: OpenAiMessage | null;
  finish_reason?: unknown;
}

export interface OpenAiMessage {
  content?: unknown;
  reasoning_content?: unknown;
  reasoning?: unknown;
  tool_calls?: unknown;
}

interface OpenAiToolCall {
  function?: { name?: unknown; arguments?: unknown } | null;
}

interface OpenAiUsage {
  prompt_tokens?: unknown;
  completion_tokens?: unknown;
  prompt_tokens_details?: { cached_tokens?: unknown } | null;
  completion_tokens_details?: { reasoning_tokens?: unknown } | null;
}

/** The fields of a body that completions and chat share. */
export function sharedFields(content: RequestContent): Record<string, unknown> {
  const streamOptions = {
    ...(content.includeUsage ? { include_usage: true } : {}),
    ...(content.continuousUsage ? { continuous_usage_stats: true } : {}),
  };
  return {
    max_tokens: content.maxTokens,
    stream: content.stream,
    ...(content.stream && Object.keys(streamOptions).length > 0 ? { stream_options: streamOptions } : {}),
    ...(content.ignoreEos ? { ignore_eos: true } : {}),
    // More than max_tokens is an error to vLLM.
    ...(content.minTokens === null ? {} : { min_tokens: leastTokens(content.minTokens, content.maxTokens) }),
    ...content.extra,
  };
}

function leastTokens(minTokens: number | "max", maxTokens: number): number {
  return minTokens === "max" ? maxTokens : Math.min(minTokens, maxTokens);
}

/** Reads what is not text: usage, finish reason, error. @returns the first choice, if there is one */
export function readEnvelope(json: unknown, piece: Piece): OpenAiChoice | undefined {
  if (typeof json !== "object" || json === null) return undefined;
  const answer = json as OpenAiAnswer;
  // Some servers write an error member always, empty where there is none.
  if (answer.error) piece.error = errorText(answer.error);
  if (typeof answer.usage === "object" && answer.usage !== null) piece.usage = readUsage(answer.usage);
  const choice: unknown = Array.isArray(answer.choices) ? answer.choices[0] : undefined;
  if (typeof choice !== "object" || choice === null) return undefined;
  const { finish_reason } = choice as OpenAiChoice;
  if (typeof finish_reason === "string") piece.finishReason = finish_reason;
  return choice;
}

/** Reads a chat message or delta: content, reasoning under either of its names, tool calls. */
export function readMessage(message: OpenAiMessage | null | undefined, piece: Piece): void {
  if (!message) return;
  if (typeof message.content === "string") piece.text = message.content;
  const reasoning = [message.reasoning_content, message.reasoning].find(
    (r) => typeof r === "string" && r !== "",
  );
  if (typeof reasoning === "string") piece.reasoning = reasoning;
  if (!Array.isArray(message.tool_calls)) return;
  for (const call of message.tool_calls as (OpenAiToolCall | null)[]) {
    const { name, arguments: args } = call?.function ?? {};
    if (typeof name === "string") piece.tool += name;
    if (typeof args === "string") piece.tool += args;
  }
}

function readUsage(usage: OpenAiUsage): Usage {
  return {
    promptTokens: count(usage.prompt_tokens),
    completionTokens: count(usage.completion_tokens),
    cachedTokens: count(usage.prompt_tokens_details?.cached_tokens),
    reasoningTokens: count(usage.completion_tokens_details?.reasoning_tokens),
  };
}

/** A number of things as a server says it, or null where it is none. */
export function count(value: unknown): number | null {
  return Number.isSafeInteger(value) && (value as number) >= 0 ? (value as number) : null;
}

/** The message of OpenAI's error object, of a bare string, or of FastAPI's `detail`. */
export function errorText(error: unknown): string {
  if (typeof error === "string") return error;
  if (typeof error !== "object" || error === null) return String(error);
  const { message, detail } = error as { message?: unknown; detail?: unknown };
  if (typeof message === "string") return message;
  return typeof detail === "string" ? detail : JSON.stringify(error);
}
