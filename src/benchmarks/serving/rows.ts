import type { Cell } from "../../results/csv.ts";
import * as m from "./metrics.ts";
import type { ServingPlan } from "./plan.ts";
import type { RequestRecord } from "./record.ts";

/** Columns of metrics.csv: seed 003's, in its order, then ours; a run of several models has `model` after them. Times are Unix seconds, durations ms. */
export const columns = [
  "request_id",
  "enqueue_time",
  "send_time",
  "first_byte_time",
  "end_time",
  "prompt_tokens",
  "resp_tokens",
  "bytes_received",
  "status",
  "error",
  "ttft_ms",
  "ttft_from_intended_ms",
  "ttfa_ms",
  "tpot_ms",
  "ntpot_ms",
  "e2el_ms",
  "e2el_from_intended_ms",
  "lateness_ms",
  "longest_stall_ms",
  "max_tokens",
  "resp_tokens_source",
  "finish_reason",
  "failure_class",
  "failure_phase",
  "session",
  "turn",
] as const;

/** The columns of a run of one model, or of several. */
export function columnsOf({ trafficSplit }: Pick<ServingPlan, "trafficSplit">): readonly string[] {
  return trafficSplit === null ? columns : [...columns, "model"];
}

/** The row of one request, cell for cell as `columnsOf` its run. */
export function rowOf(r: RequestRecord, toUnixMs: (atMs: number) => number): Cell[] {
  const unixS = (atMs: number | null) => (atMs === null ? null : Number((toUnixMs(atMs) / 1000).toFixed(6)));
  const ms = (value: number | null) => (value === null ? null : Number(value.toFixed(3)));
  const output = m.outputTokens(r);
  return [
    r.index,
    unixS(r.intendedAt),
    unixS(r.sentAt),
    unixS(r.firstByteAt),
    unixS(r.endAt),
    r.usage?.promptTokens ?? r.promptTokens,
    output.source === "none" ? null : output.count,
    r.bytesReceived,
    r.httpStatus,
    r.failure === null ? null : `${r.failure.class}: ${r.failure.message}`,
    ms(m.ttftMs(r)),
    ms(m.ttftFromIntendedMs(r)),
    ms(m.ttfaMs(r)),
    ms(m.tpotMs(r)),
    ms(m.ntpotMs(r)),
    ms(m.e2elMs(r)),
    ms(m.e2elFromIntendedMs(r)),
    ms(m.latenessMs(r)),
    ms(m.longestStallMs(r)),
    r.maxTokens,
    output.source,
    r.finishReason,
    r.failure?.class ?? null,
    r.failure?.phase ?? null,
    r.session,
    r.turn,
    ...(r.model === null ? [] : [r.model]),
  ];
}
