import { nearest } from "../../core/nearest.ts";
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
  /**
   * Requests that the end of the run cut off enter, too: by their value where it came before, else as longer than from this
   * instant to their end. Absent: they are left out.
   */
  censoredFrom?: "sentAt" | "intendedAt";
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
    censoredFrom: "sentAt",
  },
  {
    id: "ttftFromIntended",
    name: "TTFT from intended",
    unit: "ms",
    doc: "first token - intended send time",
    of: m.ttftFromIntendedMs,
    over: "successes",
    censoredFrom: "intendedAt",
  },
  {
    id: "ttfa",
    name: "TTFA",
    unit: "ms",
    doc: "first answer text (not reasoning) - sent",
    of: m.ttfaMs,
    over: "successes",
    censoredFrom: "sentAt",
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
  {
    id: "e2el",
    name: "E2EL",
    unit: "ms",
    doc: "end - sent",
    of: m.e2elMs,
    over: "successes",
    censoredFrom: "sentAt",
  },
  {
    id: "e2elFromIntended",
    name: "E2EL from intended",
    unit: "ms",
    doc: "end - intended send time",
    of: m.e2elFromIntendedMs,
    over: "successes",
    censoredFrom: "intendedAt",
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

/** The metric that a user's text names, in any case and with or without dashes; else the nearest name, if one is near. */
export function metricNamed(text: string): MetricDefinition | undefined {
  const id = text.toLowerCase().replaceAll("-", "");
  return metricTable.find((metric) => metric.id.toLowerCase() === id);
}

/** What to say where no metric, nor another of these names, is meant by a text. */
export function knownNames(text: string, others: readonly string[] = []): string {
  const known = [...others, ...metricTable.map(({ id }) => id)];
  const close = nearest(text, known);
  return close === undefined ? `Known: ${known.join(", ")}.` : `Did you mean ${close}?`;
}
