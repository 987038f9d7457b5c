import { NO_SESSION, type RequestRecord } from "./record.ts";

type Given = Partial<Omit<RequestRecord, "chunkUs" | "chunkEvents" | "chunkTokens" | "usage">> & {
  /** The server's count of output tokens; null: it gives none. */
  tokens?: number | null;
  chunkUs?: readonly number[];
  chunkTokens?: readonly number[];
};

/** A record for tests: a streamed success of two tokens, but for what is given. */
export function record(given: Given = {}): RequestRecord {
  const { tokens = 2, chunkUs = [50_000, 60_000], chunkTokens, ...rest } = given;
  return {
    index: 0,
    stage: "run",
    model: null,
    ...NO_SESSION,
    intendedAt: 0,
    sentAt: 0,
    headersAt: 1,
    firstByteAt: 50,
    firstTokenAt: 50,
    firstAnswerAt: 50,
    lastTokenAt: 60,
    endAt: 61,
    streamed: true,
    httpStatus: 200,
    finishReason: "stop",
    promptTokens: 10,
    maxTokens: 2,
    usage:
      tokens === null
        ? null
        : { promptTokens: 10, completionTokens: tokens, cachedTokens: null, reasoningTokens: null },
    textTokens: null,
    channels: { answer: chunkUs.length, reasoning: 0, tool: 0 },
    bytesReceived: 100,
    failure: null,
    ...rest,
    chunkUs: Float64Array.from(chunkUs),
    chunkEvents: new Float64Array(chunkUs.length).fill(1),
    chunkTokens: chunkTokens === undefined ? null : Float64Array.from(chunkTokens),
  };
}
