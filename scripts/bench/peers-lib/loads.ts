/** One load that every tool is given: a closed loop of so many streams against the mock's fixed engine. */
export interface Load {
  readonly streams: number;
  readonly requests: number;
  readonly outputTokens: number;
  readonly ttftMs: number;
  readonly itlMs: number;
}

/** Words of each prompt; with this comparison's tokenizer, tokens too. */
export const PROMPT_TOKENS = 64;

/**
 * The gap of 2,000 streams is longer, so that client and mock, which share the machine, both keep up: the mock alone makes at
 * most 170,000 events/s on a free core, and 2,000 streams at 40 ms would be 50,000 events/s for every client.
 */
export const LOADS: readonly Load[] = [
  { streams: 1, requests: 8, outputTokens: 64, ttftMs: 200, itlMs: 40 },
  { streams: 64, requests: 256, outputTokens: 64, ttftMs: 200, itlMs: 40 },
  { streams: 512, requests: 2048, outputTokens: 64, ttftMs: 200, itlMs: 40 },
  { streams: 2000, requests: 4000, outputTokens: 32, ttftMs: 200, itlMs: 400 },
];

/** Token events of a load. */
export function eventsOf({ requests, outputTokens }: Load): number {
  return requests * outputTokens;
}

/** How long it takes at least, in ms: its requests one after the other in each stream. */
export function durationMs({ streams, requests, outputTokens, ttftMs, itlMs }: Load): number {
  return Math.ceil(requests / streams) * (ttftMs + (outputTokens - 1) * itlMs);
}
