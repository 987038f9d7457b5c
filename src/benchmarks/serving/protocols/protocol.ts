import type { Message } from "../workload/prompt.ts";

/** What a request's body is made of. */
export interface RequestContent {
  /** A text, or a conversation up to what the user said last. */
  prompt: string | readonly Message[];
  maxTokens: number;
  model: string;
  stream: boolean;
  /** Ask for usage at the end of a stream (`stream_options.include_usage`). */
  includeUsage: boolean;
  /** Ask for usage with every chunk, which makes inter-token latency token-exact. */
  continuousUsage: boolean;
  /** Ask the server to go on past its end-of-sequence token. */
  ignoreEos: boolean;
  /** Ask the server for at least so many tokens, never for more than `maxTokens`; `max`: for that many. null: it may stop at any. */
  minTokens: number | "max" | null;
  /** Further fields of the body, from --extra-body. */
  extra: Readonly<Record<string, unknown>>;
}

export interface Usage {
  promptTokens: number | null;
  completionTokens: number | null;
  cachedTokens: number | null;
  reasoningTokens: number | null;
}

/** What one event (or one whole answer) of a server says. Reused between events: `clear` it first. */
export class Piece {
  text = "";
  reasoning = "";
  tool = "";
  finishReason: string | null = null;
  usage: Usage | null = null;
  error: string | null = null;

  clear(): void {
    this.text = "";
    this.reasoning = "";
    this.tool = "";
    this.finishReason = null;
    this.usage = null;
    this.error = null;
  }

  /** Whether the event holds text of the answer and nothing else. */
  isPlainText(): boolean {
    return (
      this.text !== "" &&
      this.reasoning === "" &&
      this.tool === "" &&
      this.finishReason === null &&
      this.usage === null &&
      this.error === null
    );
  }
}

/** One wire format: how a request is written and how answers are read. */
export interface Protocol {
  readonly name: string;
  /** Appended to an endpoint that has no path. */
  readonly defaultPath: string;
  /** Whether answers can be asked for as a stream. */
  readonly streams: boolean;
  /** The JSON key before the text in a stream's events, by which unchanged events are recognised without parsing. */
  readonly textKey: string | null;
  body(content: RequestContent): string;
  /** Reads a parsed event of a stream into `piece`. */
  readEvent(json: unknown, piece: Piece): void;
  /** Reads a whole answer into `piece`. */
  readAnswer(json: unknown, piece: Piece): void;
}
