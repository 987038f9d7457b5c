import { usageError } from "../../../core/errors.ts";
import { readText } from "./prompt-file.ts";
import { detectFormat, traceRows } from "./trace-format.ts";
import type { TraceFormat, TraceRow } from "./trace-row.ts";

export interface TraceOptions {
  /** As it says itself where not given. */
  format?: TraceFormat | undefined;
  /** Above 0. Times are multiplied by it: 2 is half as fast, 0.5 twice as fast, as GuideLLM's `time_scale`. */
  timeScale: number;
  /** The first so many requests of the file. */
  maxRequests: number | null;
  /** Requests that are due (scaled) before it. */
  limitMs: number | null;
}

/** Recorded requests in the order of their times; the arrays are of one length. */
export interface Trace {
  readonly path: string;
  readonly format: TraceFormat;
  readonly timeScale: number;
  /** When each is due: ms after the first one, scaled, ascending. */
  readonly times: Float64Array;
  /** 0 where the trace has the prompt itself. */
  readonly promptTokens: Uint32Array;
  readonly maxTokens: Uint32Array;
  /** Prompts of traces that have some. */
  readonly prompts: readonly (string | undefined)[] | null;
  /** Ids of the blocks of each prompt, for traces that have some. */
  readonly hashIds: readonly (readonly number[])[] | null;
  /** Requests that were left out because they have no tokens, of the prompt or of the answer. */
  readonly skipped: number;
  /** Requests that stood after a later one in the file. */
  readonly outOfOrder: number;
}

/**
 * Reads a trace: Mooncake's JSON lines, BurstGPT's or Azure's CSV, or our own JSON lines. The first request is due at 0.
 * A trace's times may be coarse: BurstGPT's are whole seconds, those of Mooncake's conversations steps of 3 s.
 * @throws ToolError USAGE naming the file and the line
 */
export function readTrace(path: string, options: TraceOptions): Trace {
  const text = readText(path);
  const format = options.format ?? detectFormat(text, path);
  const { rows, skipped } = usableRows(traceRows(format, text, path), options.maxRequests);
  if (rows.length === 0) {
    const why = skipped === 0 ? "" : `: all ${skipped} are without tokens`;
    throw usageError(`the trace ${path} has no requests${why}`);
  }
  const outOfOrder = countLate(rows);
  if (outOfOrder > 0) rows.sort((a, b) => a.atMs - b.atMs);
  const startMs = rows[0]!.atMs;
  const { timeScale, limitMs } = options;
  const times = Float64Array.from(rows, ({ atMs }) => (atMs - startMs) * timeScale);
  const beyond = limitMs === null ? -1 : times.findIndex((at) => at >= limitMs);
  if (beyond !== -1) rows.length = beyond;
  return {
    path,
    format,
    timeScale,
    times: times.slice(0, rows.length),
    promptTokens: Uint32Array.from(rows, ({ promptTokens }) => promptTokens),
    maxTokens: Uint32Array.from(rows, ({ maxTokens }) => maxTokens),
    prompts: rows.some(({ prompt }) => prompt !== undefined) ? rows.map(({ prompt }) => prompt) : null,
    hashIds: rows.some(({ hashIds = [] }) => hashIds.length > 0)
      ? rows.map(({ hashIds }) => hashIds ?? [])
      : null,
    skipped,
    outOfOrder,
  };
}

/** Rows with tokens to send and to ask for, at most `most`; what follows them in the file is not read. */
function usableRows(rows: Iterable<TraceRow>, most: number | null): { rows: TraceRow[]; skipped: number } {
  const usable: TraceRow[] = [];
  let skipped = 0;
  for (const row of rows) {
    if (row.maxTokens > 0 && (row.promptTokens > 0 || row.prompt !== undefined)) usable.push(row);
    else skipped++;
    if (usable.length === most) break;
  }
  return { rows: usable, skipped };
}

function countLate(rows: readonly TraceRow[]): number {
  let latestMs = Number.NEGATIVE_INFINITY;
  let late = 0;
  for (const { atMs } of rows) {
    if (atMs < latestMs) late++;
    else latestMs = atMs;
  }
  return late;
}
