import { quantile } from "../../analysis/quantile.ts";
import { outputTokens } from "./metrics.ts";
import type { RequestRecord } from "./record.ts";

/** Lengths that came against lengths that were asked for, over the successes for which both are known. */
export interface LengthsDelivered {
  n: number;
  /** Requests that got fewer tokens than asked, and more. */
  short: number;
  over: number;
  /** short / n */
  shortShare: number;
  /** Delivered less asked, tokens. */
  difference: { min: number; p5: number; p50: number; p95: number; max: number };
}

/** Prompts as the server counts them against the plan's lengths; null where it counts none. */
export function promptsDelivered(successes: readonly RequestRecord[]): LengthsDelivered | null {
  const differences: number[] = [];
  for (const r of successes) {
    const delivered = r.usage?.promptTokens;
    if (delivered !== null && delivered !== undefined) differences.push(delivered - r.promptTokens);
  }
  return lengthsOf(differences, differences.filter((difference) => difference < 0).length);
}

/**
 * Answers, by the server's count or the tokenizer's, against the length asked for; null where neither counted: an event is not a token.
 * By the tokenizer alone an answer that ended for its length is not short: text that is split anew has a few tokens more or fewer.
 */
export function answersDelivered(successes: readonly RequestRecord[]): LengthsDelivered | null {
  const differences: number[] = [];
  let short = 0;
  for (const r of successes) {
    const { count, source } = outputTokens(r);
    if (source !== "usage" && source !== "tokenizer") continue;
    differences.push(count - r.maxTokens);
    if (count < r.maxTokens && (source === "usage" || r.finishReason !== "length")) short++;
  }
  return lengthsOf(differences, short);
}

/** A reason as servers name them: anything else is not shown, since it goes to a terminal. */
const REASON = /^[\w.:-]{1,40}$/;

/** How often answers ended for which reason, as the server names it; `none` where it names none, `other` where it is no word. */
export function finishReasons(successes: readonly RequestRecord[]): Record<string, number> {
  // A server may call a reason what it likes, "constructor" too.
  const counts = new Map<string, number>();
  for (const { finishReason } of successes) {
    const reason = finishReason === null ? "none" : REASON.test(finishReason) ? finishReason : "other";
    counts.set(reason, (counts.get(reason) ?? 0) + 1);
  }
  return Object.fromEntries(counts);
}

function lengthsOf(differences: readonly number[], short: number): LengthsDelivered | null {
  const n = differences.length;
  if (n === 0) return null;
  const sorted = Float64Array.from(differences).sort();
  const at = (q: number) => quantile(sorted, q)!;
  return {
    n,
    short,
    over: sorted.filter((difference) => difference > 0).length,
    shortShare: short / n,
    difference: { min: sorted[0]!, p5: at(0.05), p50: at(0.5), p95: at(0.95), max: sorted[n - 1]! },
  };
}
