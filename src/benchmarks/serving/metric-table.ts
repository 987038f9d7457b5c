import * as m from "./metrics.ts";
import type { RequestRecord } from "./record.ts";

/** A metric as results show it. */
export interface MetricDefinition {
  /** Key in summary.json. */
  id: string;
  name: string;
  unit: "ms" | "tokens";
  doc: string;
  /** One value a request (null: absent), or several from one request added to a pool. */
  of: ((r: RequestRecord) => number | null) | { pool: (r: RequestRecord, into: number[]) => void };
  /** Over successes alone, or over every request that has the instants. */
  over: "successes" | "sent";
}

/** Every metric of a serving run, in the order of the results. */
export const metricTable: readonly MetricDefinition[] = [
  {
    id: "ttft",
    name: "TTFT",
    unit: "ms",
    doc: "first token of any channel - sent",
    of: m.ttftMs,
    over: "successes",
  },
  {
    id: "ttftFromIntended",
    name: "TTFT from intended",
    unit: "ms",
    doc: "first token - intended send time",
    of: m.ttftFromIntendedMs,
    over: "successes",
  },
  {
    id: "ttfa",
    name: "TTFA",
    unit: "ms",
    doc: "first answer text (not reasoning) - sent",
    of: m.ttfaMs,
    over: "successes",
  },
  {
    id: "tpot",
    name: "TPOT",
    unit: "ms",
    doc: "(last - first token) / (output tokens - 1)",
    of: m.tpotMs,
    over: "successes",
  },
  {
    id: "itl",
    name: "ITL",
    unit: "ms",
    doc: "token-exact gaps, pooled over requests",
    of: { pool: m.addTokenGaps },
    over: "successes",
  },
  {
    id: "icl",
    name: "ICL",
    unit: "ms",
    doc: "gaps between token-bearing chunks, pooled over requests",
    of: { pool: m.addChunkGaps },
    over: "successes",
  },
  {
    id: "longestStall",
    name: "longest stall",
    unit: "ms",
    doc: "largest chunk gap of a request",
    of: m.longestStallMs,
    over: "successes",
  },
  { id: "e2el", name: "E2EL", unit: "ms", doc: "end - sent", of: m.e2elMs, over: "successes" },
  {
    id: "e2elFromIntended",
    name: "E2EL from intended",
    unit: "ms",
    doc: "end - intended send time",
    of: m.e2elFromIntendedMs,
    over: "successes",
  },
  {
    id: "ntpot",
    name: "NTPOT",
    unit: "ms",
    doc: "E2EL / output tokens",
    of: m.ntpotMs,
    over: "successes",
  },
  {
    id: "lateness",
    name: "lateness",
    unit: "ms",
    doc: "sent - intended send time: the client's own delay",
    of: m.latenessMs,
    over: "sent",
  },
  {
    id: "promptTokens",
    name: "prompt tokens",
    unit: "tokens",
    doc: "by the server's usage, else by the plan",
    of: (r) => r.usage?.promptTokens ?? r.promptTokens,
    over: "successes",
  },
  {
    id: "outputTokens",
    name: "output tokens",
    unit: "tokens",
    doc: "by usage, else tokenizer, else token-bearing events",
    of: (r) => (m.outputTokens(r).source === "none" ? null : m.outputTokens(r).count),
    over: "successes",
  },
];

/** Values of a metric, requests in the order given; for a pool also where each request's values begin. */
export interface Sample {
  values: Float64Array;
  clusters: Uint32Array | null;
}

/** The sample of a metric over these records, which come in the order of their times. */
export function sampleOf(metric: MetricDefinition, records: readonly RequestRecord[]): Sample {
  const values: number[] = [];
  const starts: number[] = [];
  const isPool = typeof metric.of !== "function";
  for (const r of records) {
    if (metric.over === "successes" ? r.failure !== null : r.sentAt === null) continue;
    const before = values.length;
    if (typeof metric.of === "function") {
      const value = metric.of(r);
      if (value !== null) values.push(value);
    } else metric.of.pool(r, values);
    if (values.length > before) starts.push(before);
  }
  return { values: Float64Array.from(values), clusters: isPool ? Uint32Array.from(starts) : null };
}
