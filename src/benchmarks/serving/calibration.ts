import { quantile } from "../../analysis/quantile.ts";
import type { ExpectedLoad } from "./calibration-load.ts";
import type { RequestRecord } from "./record.ts";

/** How far the client's figures were from the truth: nearly all lie within `biasMs` ± `spreadMs` of it. */
export interface ErrorBar {
  /** Values compared. */
  n: number;
  /** Median of measured - true. */
  biasMs: number;
  /** 95 % of the errors are no further from that median. */
  spreadMs: number;
}

/** A short run of the same client against a server whose instants are known, at the load that the run will have. */
export interface Calibration {
  ok: true;
  /** The load that was expected of the run, at its most. */
  expected: ExpectedLoad;
  /** The load that the client was calibrated at: sent, and read. */
  requestsPerS: number;
  chunksPerS: number;
  /** Streams that were open all the time. */
  streams: number;
  /** The server's program included. */
  tookMs: number;
  /** Of TTFT: first token read - sent, against first token written - request read. */
  ttft: ErrorBar | null;
  /** Of ICL: gaps between chunks as they were read, against gaps as they were written. */
  icl: ErrorBar | null;
}

/** What came of it; the reason is for people. */
export type CalibrationOutcome = Calibration | { ok: false; reason: string };

/** What the server knows of one request, ms on the same clock. */
export interface RequestTruth {
  promptTokens: number;
  receivedAt: number;
  /** When each token was written, µs from `receivedAt`. */
  tokenUs: readonly number[];
}

const COVERED = 0.95;

/** Errors of a bar in the metric's worst case: what a single value may be off by, up or down. */
export function largestErrorMs({ biasMs, spreadMs }: ErrorBar): number {
  return Math.abs(biasMs) + spreadMs;
}

export type CalibrationFigures = Pick<Calibration, "requestsPerS" | "chunksPerS" | "ttft" | "icl">;

/**
 * Pure: holds what the client measured against what the server did, request by request.
 * @param records successes and cut-off ones alike; each is known by its prompt's length
 * @param fromAt what was sent or read before is left out
 */
export function compareWithTruth(
  records: readonly RequestRecord[],
  truths: readonly RequestTruth[],
  fromAt: number,
): CalibrationFigures {
  const byPrompt = new Map(truths.map((truth) => [truth.promptTokens, truth]));
  const ttft: number[] = [];
  const icl: number[] = [];
  for (const record of records) {
    const truth = byPrompt.get(record.promptTokens);
    if (truth === undefined || record.sentAt === null || record.chunkUs.length === 0) continue;
    const delays = chunkDelays(record, truth);
    if (record.sentAt >= fromAt && truth.tokenUs[0] !== undefined) {
      ttft.push((record.chunkUs[0]! - truth.tokenUs[0]) / 1000);
    }
    for (let i = 1; i < delays.length; i++) {
      if (record.sentAt + record.chunkUs[i - 1]! / 1000 >= fromAt) icl.push(delays[i]! - delays[i - 1]!);
    }
  }
  return { ...ratesOf(records, fromAt), ttft: errorBar(ttft), icl: errorBar(icl) };
}

/** Requests sent and chunks read from `fromAt` to the last sending, per second. */
function ratesOf(
  records: readonly RequestRecord[],
  fromAt: number,
): Pick<Calibration, "requestsPerS" | "chunksPerS"> {
  let [sent, lastSentAt] = [0, fromAt];
  for (const { sentAt } of records) {
    if (sentAt === null || sentAt < fromAt) continue;
    sent++;
    lastSentAt = Math.max(lastSentAt, sentAt);
  }
  let read = 0;
  for (const { sentAt, chunkUs } of records) {
    for (const us of chunkUs) {
      const atMs = (sentAt ?? 0) + us / 1000;
      if (atMs >= fromAt && atMs <= lastSentAt) read++;
    }
  }
  const seconds = (lastSentAt - fromAt) / 1000;
  return seconds > 0
    ? { requestsPerS: sent / seconds, chunksPerS: read / seconds }
    : { requestsPerS: 0, chunksPerS: 0 };
}

/**
 * How long after its writing each chunk was read, ms. A chunk of several tokens is held against the first of them, which
 * could have been read before the others were there.
 */
function chunkDelays(record: RequestRecord, truth: RequestTruth): number[] {
  const delays: number[] = [];
  let token = 0;
  for (const [i, us] of record.chunkUs.entries()) {
    const writtenUs = truth.tokenUs[token];
    if (writtenUs === undefined) break;
    delays.push(record.sentAt! - truth.receivedAt + (us - writtenUs) / 1000);
    token += record.chunkEvents[i]!;
  }
  return delays;
}

/** @param errors measured - true, ms */
export function errorBar(errors: readonly number[]): ErrorBar | null {
  const biasMs = quantile(Float64Array.from(errors).sort(), 0.5);
  if (biasMs === null) return null;
  const spreadMs = quantile(Float64Array.from(errors, (error) => Math.abs(error - biasMs)).sort(), COVERED)!;
  return { n: errors.length, biasMs, spreadMs };
}
