import type { RequestRecord } from "./record.ts";

/** METRICS per request, each a pure function of its record; null where its instants never came. Times in ms. */

/** Without streaming the whole answer is the first token: TTFT is then the time to the end. */
export function ttftMs(r: RequestRecord): number | null {
  return since(r.sentAt, r.streamed ? r.firstTokenAt : endOfSuccess(r));
}

export function ttftFromIntendedMs(r: RequestRecord): number | null {
  return since(r.intendedAt, r.streamed ? r.firstTokenAt : endOfSuccess(r));
}

export function ttfaMs(r: RequestRecord): number | null {
  return r.streamed ? since(r.sentAt, r.firstAnswerAt) : null;
}

export function e2elMs(r: RequestRecord): number | null {
  return since(r.sentAt, endOfSuccess(r));
}

export function e2elFromIntendedMs(r: RequestRecord): number | null {
  return since(r.intendedAt, endOfSuccess(r));
}

/** (last - first token) / (timed tokens - 1): null under two of them, or without a stream. */
export function tpotMs(r: RequestRecord): number | null {
  const tokens = timedTokens(r);
  if (!r.streamed || r.firstTokenAt === null || r.lastTokenAt === null || tokens < 2) return null;
  return (r.lastTokenAt - r.firstTokenAt) / (tokens - 1);
}

export function ntpotMs(r: RequestRecord): number | null {
  const tokens = outputTokens(r).count;
  const e2el = e2elMs(r);
  return e2el === null || tokens === 0 ? null : e2el / tokens;
}

export function latenessMs(r: RequestRecord): number | null {
  return since(r.intendedAt, r.sentAt);
}

/** The largest gap between token-bearing chunks: null under two of them. */
export function longestStallMs(r: RequestRecord): number | null {
  let longest: number | null = null;
  for (let i = 1; i < r.chunkUs.length; i++) {
    const gap = (r.chunkUs[i]! - r.chunkUs[i - 1]!) / 1000;
    if (longest === null || gap > longest) longest = gap;
  }
  return longest;
}

export type TokenSource = "usage" | "tokenizer" | "events" | "none";

/** Output tokens by the best source there is: the server's usage, the client's tokenizer, token-bearing events. */
export function outputTokens(r: RequestRecord): { count: number; source: TokenSource } {
  const fromUsage = r.usage?.completionTokens;
  if (fromUsage !== null && fromUsage !== undefined) return { count: fromUsage, source: "usage" };
  if (r.textTokens !== null) return { count: r.textTokens, source: "tokenizer" };
  const events = tokenEvents(r);
  return events > 0 && r.streamed ? { count: events, source: "events" } : { count: 0, source: "none" };
}

/** Token-bearing events of the answer. */
export function tokenEvents(r: RequestRecord): number {
  return r.channels.answer + r.channels.reasoning + r.channels.tool;
}

/**
 * Output tokens that have an instant. Servers count the end token that stops an answer, but send no text for it: where an
 * answer stopped with one token more than it has events, that one is left out.
 */
export function timedTokens(r: RequestRecord): number {
  const { count } = outputTokens(r);
  const isEndCounted = r.streamed && r.finishReason === "stop" && count === tokenEvents(r) + 1;
  return isEndCounted ? count - 1 : count;
}

/**
 * Tokens in each chunk where that is known for certain: the server counted them, or the answer has as many tokens as
 * token-bearing events. Else null.
 */
export function tokensPerChunk(r: RequestRecord): Float64Array | null {
  if (!r.streamed) return null;
  if (r.chunkTokens !== null) return r.chunkTokens;
  const { source } = outputTokens(r);
  return source !== "events" && source !== "none" && timedTokens(r) === tokenEvents(r) ? r.chunkEvents : null;
}

/** Adds the gaps between successive token-bearing chunks to `into`. */
export function addChunkGaps(r: RequestRecord, into: number[]): void {
  for (let i = 1; i < r.chunkUs.length; i++) into.push((r.chunkUs[i]! - r.chunkUs[i - 1]!) / 1000);
}

/** Adds token-exact gaps: k tokens after a gap g count as k gaps of g/k. Adds nothing where tokens are not known. */
export function addTokenGaps(r: RequestRecord, into: number[]): void {
  const tokens = tokensPerChunk(r);
  if (tokens === null) return;
  let previousUs = r.chunkUs[0] ?? 0;
  for (let i = 1; i < r.chunkUs.length; i++) {
    const count = tokens[i]!;
    // A chunk whose tokens the server counts with the next one leaves its time to that one.
    if (count < 1) continue;
    const gapMs = (r.chunkUs[i]! - previousUs) / 1000 / count;
    for (let k = 0; k < count; k++) into.push(gapMs);
    previousUs = r.chunkUs[i]!;
  }
}

/** Tokens that arrived in [startAt, endAt]. */
export function tokensReceived(r: RequestRecord, startAt: number, endAt: number): number {
  let sum = 0;
  eachArrival(r, (at, tokens) => {
    if (at >= startAt && at <= endAt) sum += tokens;
  });
  return sum;
}

/**
 * The answer's tokens by when they came, in ms: each chunk brings its own tokens where they are known, else an even share of the answer's
 * by its token-bearing events. An answer without chunks brings all at its end.
 */
export function eachArrival(r: RequestRecord, take: (atMs: number, tokens: number) => void): void {
  const { count } = outputTokens(r);
  if (r.chunkUs.length === 0) take(r.endAt, count);
  const exact = tokensPerChunk(r);
  const share = exact === null ? count / Math.max(1, tokenEvents(r)) : 0;
  for (let i = 0; i < r.chunkUs.length; i++) {
    take(r.sentAt! + r.chunkUs[i]! / 1000, exact === null ? r.chunkEvents[i]! * share : exact[i]!);
  }
}

function endOfSuccess(r: RequestRecord): number | null {
  return r.failure === null ? r.endAt : null;
}

function since(from: number | null, to: number | null): number | null {
  return from === null || to === null ? null : to - from;
}
