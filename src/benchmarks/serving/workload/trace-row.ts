/** What a trace may be written in; see trace-format.ts. */
export const TRACE_FORMATS = ["mooncake", "burstgpt", "azure", "inferbench"] as const;
export type TraceFormat = (typeof TRACE_FORMATS)[number];

/** More tokens of a prompt or an answer are a slip in the file: no model takes so many, and no memory holds such a prompt. */
export const MOST_TOKENS = 100_000_000;

/** One request as its line has it. */
export interface TraceRow {
  /** ms from an origin of the file's own. */
  atMs: number;
  /** Length of the prompt to be made; of no meaning where the line has the prompt itself. */
  promptTokens: number;
  /** 0 where the request failed when the trace was taken. */
  maxTokens: number;
  /** The prompt itself. */
  prompt?: string;
  /** One id for each block of the prompt; equal ids stand for equal text up to the block's end. */
  hashIds?: readonly number[];
}
