import { type Failure, NO_SESSION, type RequestRecord, type SessionTurn } from "./record.ts";
import type { Prompt } from "./workload/prompt.ts";

/** The record of a request of the run that fell due and was never sent. */
export function unsentRecord(known: {
  index: number;
  intendedAt: number;
  endAt: number;
  prompt: Pick<Prompt, "promptTokens" | "maxTokens" | "model">;
  place?: SessionTurn | undefined;
  failure: Failure;
}): RequestRecord {
  const { index, intendedAt, endAt, prompt, place = NO_SESSION, failure } = known;
  return {
    index,
    stage: "run",
    model: prompt.model ?? null,
    ...place,
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

/** Why a request that was due was not sent: the run was over first. */
export const NO_SLOT: Failure = Object.freeze({
  class: "aborted",
  phase: "queue",
  message: "no slot was free before the run was over",
});
