import { type Population, population } from "../../analysis/population.ts";
import * as m from "./metrics.ts";
import type { RequestRecord } from "./record.ts";

/*
 * What other tools call TTFT, ITL and TPOT, computed from our records, so that one run can be held against figures that
 * they published. Read from their sources: vLLM `vllm/benchmarks/serve.py`, GuideLLM `schemas/request_stats.py`, SGLang
 * `benchmark/serving.py`, AIPerf's metric classes, AI-Hypercomputer `benchmark_serving.py`.
 */

export const tools = ["vllm", "guidellm", "sglang", "genai-perf", "seed"] as const;
export type Tool = (typeof tools)[number];

interface ToolMetric {
  name: string;
  formula: string;
  of: ((r: RequestRecord) => number | null) | { pool: (r: RequestRecord, into: number[]) => void };
}

interface ToolDefinition {
  metrics: readonly ToolMetric[];
  /** What cannot be reproduced, or should be known. */
  note: string;
}

/** All of these tools use numpy's defaults. */
export interface ToolFigure extends Population {
  name: string;
  formula: string;
}

/** First chunk of any content; without a stream the whole answer. */
const firstByteMs = (r: RequestRecord) => (r.streamed ? difference(r.firstByteAt, r.sentAt) : m.e2elMs(r));
const latencyMs = m.e2elMs;

/** (latency - first) / (tokens - 1), null under 2 tokens. */
function afterFirstMs(first: (r: RequestRecord) => number | null): (r: RequestRecord) => number | null {
  return (r) => {
    const [latency, ttft, tokens] = [latencyMs(r), first(r), m.outputTokens(r).count];
    return latency === null || ttft === null || tokens < 2 ? null : (latency - ttft) / (tokens - 1);
  };
}

/** Gaps between events in ms, those of one read being 0, with the wait from a first chunk without a token. */
export function eventGaps(r: RequestRecord, into: number[]): void {
  if (r.firstByteAt !== null && r.firstTokenAt !== null && r.firstTokenAt > r.firstByteAt)
    into.push(r.firstTokenAt - r.firstByteAt);
  for (let i = 0; i < r.chunkUs.length; i++) {
    if (i > 0) into.push((r.chunkUs[i]! - r.chunkUs[i - 1]!) / 1000);
    for (let event = 1; event < r.chunkEvents[i]!; event++) into.push(0);
  }
}

/** Each chunk's gap, divided by its tokens: one value for each token. */
function dividedGaps(r: RequestRecord, into: number[]): void {
  const tokens = r.chunkTokens ?? r.chunkEvents;
  for (let i = 1; i < r.chunkUs.length; i++) {
    const count = Math.max(1, tokens[i]!);
    const gapMs = (r.chunkUs[i]! - r.chunkUs[i - 1]!) / 1000 / count;
    for (let k = 0; k < count; k++) into.push(gapMs);
  }
}

/** GuideLLM counts a request's mean gap once for each of its tokens but the first. */
function meanGapOfEachToken(r: RequestRecord, into: number[]): void {
  const tokens = m.outputTokens(r).count;
  const span = r.streamed ? difference(r.lastTokenAt, r.firstTokenAt) : null;
  if (span !== null) for (let k = 1; k < tokens; k++) into.push(span / (tokens - 1));
}

const guideTpot = (r: RequestRecord) => {
  const tokens = m.outputTokens(r).count;
  return r.streamed && tokens > 0 ? divided(difference(r.lastTokenAt, r.sentAt), tokens) : null;
};

const definitions: Readonly<Record<Tool, ToolDefinition>> = {
  vllm: {
    metrics: [
      { name: "TTFT", formula: "first chunk, an empty role chunk included - sent", of: firstByteMs },
      { name: "TPOT", formula: "(latency - TTFT) / (output tokens - 1)", of: afterFirstMs(firstByteMs) },
      { name: "ITL", formula: "gaps between events; several in one read count 0", of: { pool: eventGaps } },
      { name: "E2EL", formula: "last chunk - sent", of: latencyMs },
    ],
    note: "vLLM adds one ITL for the empty finish chunk, which our records do not hold; its own p99 alone is printed by default.",
  },
  guidellm: {
    metrics: [
      { name: "TTFT", formula: "first token of any channel - sent", of: m.ttftMs },
      { name: "TPOT", formula: "(last token - sent) / output tokens, the prefill included", of: guideTpot },
      {
        name: "ITL",
        formula: "(last - first token) / (tokens - 1), weighted by tokens",
        of: { pool: meanGapOfEachToken },
      },
      { name: "E2EL", formula: "end - sent", of: latencyMs },
    ],
    note: "GuideLLM's ITL quantiles are quantiles of request means: stalls do not show.",
  },
  sglang: {
    metrics: [
      { name: "TTFT", formula: "first text, reasoning included - sent", of: m.ttftMs },
      { name: "TPOT", formula: "(latency - TTFT) / (output tokens - 1)", of: afterFirstMs(m.ttftMs) },
      { name: "ITL", formula: "chunk gap / tokens in the chunk", of: { pool: dividedGaps } },
      { name: "E2EL", formula: "end - sent", of: latencyMs },
    ],
    note: "SGLang counts a chunk's tokens from usage in each chunk; where the server gives none, events stand in here.",
  },
  "genai-perf": {
    metrics: [
      { name: "TTFT", formula: "first response that is not empty - sent", of: m.ttftMs },
      {
        name: "ITL",
        formula: "(latency - TTFT) / (output tokens - 1), one a request",
        of: afterFirstMs(m.ttftMs),
      },
      { name: "ICL", formula: "gaps between chunks", of: { pool: m.addChunkGaps } },
      { name: "request latency", formula: "last response - sent", of: latencyMs },
    ],
    note: "genai-perf and AIPerf count output tokens with the client's tokenizer unless told otherwise.",
  },
  seed: {
    metrics: [
      { name: "TTFT", formula: "first HTTP chunk of any content - sent", of: firstByteMs },
      { name: "ITL", formula: "gaps between HTTP chunks", of: { pool: m.addChunkGaps } },
      { name: "NTPOT", formula: "latency / output tokens (its file calls it tpot)", of: m.ntpotMs },
      {
        name: "per-token latency",
        formula: "latency / (prompt + output tokens)",
        of: (r) => divided(latencyMs(r), (r.usage?.promptTokens ?? r.promptTokens) + m.outputTokens(r).count),
      },
      { name: "latency", formula: "end - sent", of: latencyMs },
    ],
    note: "The seed's ITL has one gap more, up to the chunk with [DONE]; each of its requests opened a connection within the latency.",
  },
};

/** How a tool computes one of its figures. @throws Error for a name that it has not */
export function formulaOf(tool: Tool, name: string): string {
  const metric = definitions[tool].metrics.find((one) => one.name === name);
  if (metric === undefined) throw new Error(`${tool} has no ${name}`);
  return metric.formula;
}

/** A tool's own figures over the successful requests of the run, in ms. */
export function figuresOf(
  tool: Tool,
  records: readonly RequestRecord[],
): { figures: ToolFigure[]; note: string } {
  const successes = records.filter((r) => r.stage === "run" && r.failure === null);
  const { metrics, note } = definitions[tool];
  const figures = metrics.map(({ name, formula, of }) => {
    const values: number[] = [];
    for (const r of successes) {
      if (typeof of !== "function") of.pool(r, values);
      else {
        const value = of(r);
        if (value !== null) values.push(value);
      }
    }
    return { name, formula, ...population(Float64Array.from(values).sort()) };
  });
  return { figures, note };
}

function difference(to: number | null, from: number | null): number | null {
  return to === null || from === null ? null : to - from;
}

function divided(value: number | null, by: number): number | null {
  return value === null || by === 0 ? null : value / by;
}
