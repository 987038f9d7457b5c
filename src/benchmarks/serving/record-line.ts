import type { RequestRecord } from "./record.ts";

/** To the µs: more digits would be the clock's noise. */
const us = (ms: number): number => Math.round(ms * 1000) / 1000;
const usOrNull = (ms: number | null): number | null => (ms === null ? null : us(ms));

/**
 * One line of requests.jsonl: the record's own keys, instants in ms on CLOCK_MONOTONIC to the µs. Left out are `chunkEvents`
 * where each chunk had one event, `chunkTokens` where it is not known, `model` where all ask the same, `session`, `turn` and `turns`
 * where requests stand alone.
 */
export function toLine(record: RequestRecord): string {
  const { model, session, turn, turns, chunkUs, chunkEvents, chunkTokens, ...rest } = record;
  // No replacer function: it would be called for each value, on the thread that sends the requests.
  rest.intendedAt = us(record.intendedAt);
  rest.sentAt = usOrNull(record.sentAt);
  rest.headersAt = usOrNull(record.headersAt);
  rest.firstByteAt = usOrNull(record.firstByteAt);
  rest.firstTokenAt = usOrNull(record.firstTokenAt);
  rest.firstAnswerAt = usOrNull(record.firstAnswerAt);
  rest.lastTokenAt = usOrNull(record.lastTokenAt);
  rest.endAt = us(record.endAt);
  const head = JSON.stringify(rest);
  const asked = model === null ? "" : `,"model":${JSON.stringify(model)}`;
  const place = session === null ? "" : `,"session":${session},"turn":${turn},"turns":${turns}`;
  const events = chunkEvents.some((n) => n !== 1) ? `,"chunkEvents":[${chunkEvents.join(",")}]` : "";
  const tokens = chunkTokens === null ? "" : `,"chunkTokens":[${chunkTokens.join(",")}]`;
  return `${head.slice(0, -1)}${asked}${place},"chunkUs":[${chunkUs.join(",")}]${events}${tokens}}`;
}
