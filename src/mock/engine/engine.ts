/** No token leaves for `forMs` once `afterTokens` tokens have left. */
export interface Stall {
  readonly afterTokens: number;
  readonly forMs: number;
}

/** What an engine needs to know of a request. */
export interface SequenceSpec {
  /** Request number, from 1; seeds the request's own random numbers. */
  readonly number: number;
  readonly promptTokens: number;
  /** Prompt tokens that the prefix cache already holds: they cost no prefill. */
  readonly cachedTokens: number;
  readonly outputTokens: number;
  /** When the request had been read completely, ms on the clock. */
  readonly receivedAtMs: number;
  readonly stall: Stall | null;
  /** The TTFT of its model, where that has its own; only the fixed engine has one at all. */
  readonly ttftMs: number | null;
}

/** Where an engine's tokens go. */
export interface TokenSink {
  /** The engine began to work on the request; called once. */
  admitted(atMs: number): void;
  /**
   * One more token is there.
   * @param plannedMs the instant that the engine's model gives it
   * @param nowMs the instant at which it is handed over
   * @returns whether the engine should go on; false drops the request from the engine
   */
  token(plannedMs: number, nowMs: number): boolean;
  /** Sends what the last calls of `token` gave. */
  flush(nowMs: number): void;
}

/** A request inside an engine. */
export interface Ticket {
  /** When the first token is planned, if the engine knows that already. */
  readonly firstTokenAtMs: number | null;
  /** How often the request lost its cache so far. */
  readonly preemptions: number;
  /** The client went away: the request leaves the engine without further calls to its sink. */
  abort(): void;
}

export interface EngineState {
  running: number;
  waiting: number;
  /** Tokens in the KV cache, and how many fit. */
  cacheTokens: number;
  cacheCapacityTokens: number;
  preemptions: number;
}

/** An engine on the wall clock: takes requests, hands tokens to their sinks at the instants of its model. */
export interface Engine {
  submit(spec: SequenceSpec, sink: TokenSink): Ticket;
  state(): EngineState;
}
