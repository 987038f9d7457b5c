/** What a token is part of. */
export type Channel = "text" | "reasoning" | "tool";

/** Why an answer ended, as the client is told. */
export type FinishReason = "length" | "stop" | "tool_calls";

/** Who an answer belongs to. */
export interface AnswerIdentity {
  readonly id: string;
  /** Unix seconds. */
  readonly created: number;
  readonly model: string;
}

/** An answer as a whole, for requests without streaming. */
export interface WholeAnswer {
  readonly text: string;
  readonly reasoning: string | null;
  readonly toolArguments: string | null;
  readonly finishReason: FinishReason;
  /** The usage object's JSON. */
  readonly usage: string;
}

/**
 * The JSON of one answer in one wire format. Events are given without their last `}`, so that a usage object can be put
 * in where vLLM puts it: at the end.
 */
export interface Format {
  /** What precedes and follows the text of a token; JSON escapes are the caller's. */
  piece(channel: Channel): { readonly before: string; readonly after: string };
  /** The channels that the format can carry; tokens of others are text. */
  readonly channels: readonly Channel[];
  /** The first event, without any token; null where the format has none. */
  readonly opening: string | null;
  /** The event that names the tool before its arguments come; null where there are no tool calls. */
  readonly toolOpening: string | null;
  /** An event with empty `choices`. */
  readonly empty: string;
  /** Whether the finish event always carries usage. */
  readonly finishHasUsage: boolean;
  finish(reason: FinishReason): string;
  whole(answer: WholeAnswer): string;
}

export const TOOL_NAME = "write_words";
