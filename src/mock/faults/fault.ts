/** One way to misbehave. */
export type Fault =
  /** The role chunk leaves this long before the first token; null: as soon as the request has arrived. */
  | { readonly kind: "role-early"; readonly beforeMs: number | null }
  /** This many tokens in one event, at the instant of the last one. */
  | { readonly kind: "chunk-tokens"; readonly tokens: number }
  /** Two events in one write, at the instant of the second. */
  | { readonly kind: "two-events" }
  /** Events are cut inside a multi-byte character into two writes. */
  | { readonly kind: "split-utf8" }
  | { readonly kind: "error-event"; readonly afterTokens: number }
  /** A usage chunk with empty choices, though nobody asked for it. */
  | { readonly kind: "usage-only" }
  /** The first tokens are reasoning (chat only; elsewhere they are text). */
  | { readonly kind: "reasoning"; readonly tokens: number }
  /** Tokens are pieces of a tool call's arguments (chat only; elsewhere they are text). */
  | { readonly kind: "tool-call" }
  /** Before each event one with empty choices and nothing else. */
  | { readonly kind: "empty-choices" }
  | { readonly kind: "no-done" }
  | { readonly kind: "no-finish" }
  /** Finishes without any token. */
  | { readonly kind: "empty" }
  | { readonly kind: "http"; readonly status: RefusalStatus; readonly retryAfterS: number | null }
  | { readonly kind: "stall"; readonly forMs: number; readonly afterTokens: number }
  /** TCP RST; after 0 tokens: on arrival, before any header. */
  | { readonly kind: "reset"; readonly afterTokens: number }
  /** Never answers. */
  | { readonly kind: "hang" }
  /** The answer is not HTTP. */
  | { readonly kind: "garbage" }
  /** The body ends in the middle of an event, by FIN. */
  | { readonly kind: "truncate"; readonly afterTokens: number }
  /** The connection is closed after the answer, though nothing announced it. */
  | { readonly kind: "close" }
  | { readonly kind: "slow-headers"; readonly forMs: number }
  /** Lines of the event stream end with CR LF. */
  | { readonly kind: "crlf" }
  /** An SSE comment before each event. */
  | { readonly kind: "comments" };

export type RefusalStatus = 400 | 429 | 500 | 503;

/** Which generation requests a fault befalls. */
export type Where =
  | { readonly kind: "all" }
  | { readonly kind: "probability"; readonly p: number }
  /** Request numbers from 1, both ends included. */
  | { readonly kind: "numbers"; readonly ranges: readonly (readonly [from: number, to: number])[] };

/** One `--fault`. */
export interface FaultRule {
  /** As it was written before the `@`; names the fault in the truth file. */
  readonly text: string;
  readonly fault: Fault;
  readonly where: Where;
}
