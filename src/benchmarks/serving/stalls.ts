import { wilson } from "../../analysis/wilson.ts";
import { isCensored, type RequestRecord } from "./record.ts";

/** Pauses inside answers, of the requests that fell due in a window. */
export interface Stalls {
  /** A gap between two token-bearing chunks is a stall where it is longer than this. */
  thresholdMs: number;
  stalls: number;
  /** Answers with a token, whole or cut off by the end of the run; the gap that this end cut counts as long as it had lasted. */
  answers: number;
  withStall: number;
  /** withStall / answers, with its 95 % interval (Wilson). */
  share: number;
  low: number;
  high: number;
}

/** @returns null where no answer came as a stream */
export function stallsOf(due: readonly RequestRecord[], thresholdMs: number): Stalls | null {
  let [stalls, answers, withStall] = [0, 0, 0];
  for (const r of due) {
    if (!r.streamed || r.chunkUs.length === 0 || !(r.failure === null || isCensored(r))) continue;
    const found = stallsIn(r, thresholdMs);
    answers++;
    stalls += found;
    if (found > 0) withStall++;
  }
  const { value, low, high } = wilson(withStall, answers);
  return value === null ? null : { thresholdMs, stalls, answers, withStall, share: value, low, high };
}

function stallsIn(r: RequestRecord, thresholdMs: number): number {
  const { chunkUs } = r;
  let count = 0;
  for (let i = 1; i < chunkUs.length; i++) if (chunkUs[i]! - chunkUs[i - 1]! > 1000 * thresholdMs) count++;
  const isOpen = isCensored(r) && r.endAt - r.sentAt! - chunkUs.at(-1)! / 1000 > thresholdMs;
  return isOpen ? count + 1 : count;
}
