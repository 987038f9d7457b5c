import type { Usage } from "./protocols/protocol.ts";

/** How a request failed. `reset` covers every loss of the connection: Bun's fetch reports a FIN and an RST alike. */
export type FailureClass =
  | "dns"
  | "connect"
  | "tls"
  | "timeout-first-token"
  | "timeout-between-chunks"
  | "timeout-total"
  | "http-3xx"
  | "http-4xx"
  | "http-429"
  | "http-5xx"
  | "reset"
  | "stream-error"
  | "truncated"
  | "empty"
  | "parse"
  /** A process of the load generator ended with the request open or unsent. */
  | "client"
  | "aborted";

/** How far a request had come: waiting for a slot, for the response's head, for its first token, or inside its body. */
export type Phase = "queue" | "connect" | "first-token" | "body";

export interface Failure {
  class: FailureClass;
  phase: Phase;
  /** What the server or the system said, shortened. */
  message: string;
}

/** Token-bearing events of one answer, by channel. */
export interface ChannelCounts {
  answer: number;
  reasoning: number;
  tool: number;
}

/** Which turn of which conversation a request is, numbers from 0. */
export interface SessionTurn {
  /** The session's number in the plan. */
  session: number;
  turn: number;
  /** How many turns the plan has for the session. */
  turns: number;
}

/** Of requests that stand alone. */
export const NO_SESSION = { session: null, turn: null, turns: null } as const;

/**
 * What is known of one request. Instants are ms on CLOCK_MONOTONIC, null where they never came; durations are derived.
 */
export interface RequestRecord {
  /**
   * Number in the plan, from 0; warm-up requests count on their own. Turns of sessions are numbered session by session, so that
   * those which were never due leave gaps.
   */
  index: number;
  stage: "warmup" | "run";
  /** The model that was asked, where the plan asks several; else null. */
  model: string | null;
  /** As in SessionTurn; null where requests stand alone. */
  session: number | null;
  turn: number | null;
  turns: number | null;
  intendedAt: number;
  sentAt: number | null;
  headersAt: number | null;
  firstByteAt: number | null;
  firstTokenAt: number | null;
  firstAnswerAt: number | null;
  lastTokenAt: number | null;
  endAt: number;
  /** Whether the answer came as a stream of events. */
  streamed: boolean;
  httpStatus: number | null;
  finishReason: string | null;
  /** Prompt length by the plan (with the answers so far, in a conversation), output length asked for. */
  promptTokens: number;
  maxTokens: number;
  usage: Usage | null;
  /** Tokens of the answer by the client's tokenizer, special tokens left out; null without one. */
  textTokens: number | null;
  channels: ChannelCounts;
  /** When each token-bearing chunk was read: µs after `sentAt`. A chunk is what one read from the connection gave. */
  chunkUs: Float64Array;
  /** Token-bearing events in each of those chunks: 1 but where several came in one read. */
  chunkEvents: Float64Array;
  /** Tokens of each of those chunks where the server says it (continuous usage); else null. */
  chunkTokens: Float64Array | null;
  bytesReceived: number;
  failure: Failure | null;
}

/** Whether a request was cut off by the end of the run, so that its latencies are only known to be longer. */
export function isCensored(record: RequestRecord): boolean {
  return record.failure?.class === "aborted";
}

/** Whether there was no server to talk to, or it hung up before its answer began. */
export function isUnconnected({ failure, headersAt }: RequestRecord): boolean {
  return headersAt === null && failure !== null && ["connect", "dns", "reset"].includes(failure.class);
}

/** Whether a request began by the schedule: it stands alone, or is the first turn of a session. */
export function isStart({ turn }: RequestRecord): boolean {
  return turn === null || turn === 0;
}
