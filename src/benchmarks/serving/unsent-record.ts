import type { Failure, RequestRecord } from "./record.ts";
import type { Prompt } from "./workload/prompt.ts";

/** The record of a request of the run that fell due and was never sent. */
export function unsentRecord(known: {
  index: number;
  intendedAt: number;
  endAt: number;
  prompt: Prompt;
  failure: Failure;
}): RequestRecord {
  const { index, intendedAt, endAt, prompt, failure } = known;
  return {
    index,
    stage: "run",
    intendedAt,
    sentAt: null,
    headersAt: null,
    firstByteAt: null,
    firstTokenAt: null,
    firstAnswerAt: null,
    lastTokenAt: null,
    endAt,
    streamed: false,
    httpStatus: null,
    finishReason: null,
    promptTokens: prompt.promptTokens,
    maxTokens: prompt.maxTokens,
    usage: null,
    textTokens: null,
    channels: { answer: 0, reasoning: 0, tool: 0 },
    chunkUs: new Float64Array(0),
    chunkEvents: new Float64Array(0),
    chunkTokens: null,
    bytesReceived: 0,
    failure,
  };
}
