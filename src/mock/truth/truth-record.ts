/**
 * What really happened to one generation request: one line of the truth file. Instants are ms on CLOCK_MONOTONIC; null
 * where the request did not come so far.
 */
export interface TruthRecord {
  /** Generation requests count from 1 in the order of their arrival. */
  readonly number: number;
  /** The answer's `id`. */
  readonly id: string;
  /** Method and path. */
  readonly path: string;
  /** The request's `x-request-id` header. */
  readonly requestId: string | null;
  readonly isStream: boolean | null;
  /** When the request had been read completely. */
  readonly receivedAt: number;
  /** When the engine began to work on it. */
  readonly admittedAt: number | null;
  /** When the first and the last token were written. */
  readonly firstTokenAt: number | null;
  readonly lastTokenAt: number | null;
  /** When the answer was complete or broken off. */
  readonly endAt: number;
  readonly promptTokens: number;
  /** Tokens written, by which the answer's usage counts. */
  readonly outputTokens: number;
  /** Of each token made, µs from receivedAt: the instant that the engine's model gives it. */
  readonly plannedTokenUs: readonly number[];
  /**
   * Of each token written, µs from receivedAt: just before the write that made it whole on the wire; without streaming,
   * when the engine gave it out.
   */
  readonly tokenUs: readonly number[];
  readonly finishReason: string | null;
  /** Status of the answer; null where none was sent. */
  readonly status: number | null;
  /** The faults that befell it, as given to --fault, joined by "+". */
  readonly fault: string | null;
  /** Whether the client went away first, or the server was stopped. */
  readonly aborted: boolean;
  readonly preemptions: number;
  /** Writes that the kernel did not take whole: the instants after such a one are those of the mock, not of the wire. */
  readonly blockedWrites: number;
}
