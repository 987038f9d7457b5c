import { rngFor } from "../../core/rng.ts";
import type { DueRequest } from "./backlog.ts";

export interface QueueLoad {
  readonly ratePerS: number;
  readonly requests: number;
  /** Requests per second that the server can take. */
  readonly muPerS: number;
  /** What each answer takes besides its wait and its service. */
  readonly e2elS: number;
  readonly seed: number;
}

/** A request of a queue: `waitedS` until its service began. */
export interface QueuedRequest extends DueRequest {
  readonly waitedS: number;
}

/** Poisson arrivals at one server with exponential service (M/M/1), empty at first. */
export function queue({ ratePerS, requests, muPerS, e2elS, seed }: QueueLoad): QueuedRequest[] {
  const rng = rngFor(seed, "queue");
  let [dueS, freeS] = [0, 0];
  return Array.from({ length: requests }, () => {
    dueS += rng.exponential() / ratePerS;
    const beginS = Math.max(dueS, freeS);
    freeS = beginS + rng.exponential() / muPerS;
    return {
      dueAtMs: 1000 * dueS,
      endAtMs: 1000 * (freeS + e2elS),
      failed: false,
      waitedS: beginS - dueS,
    };
  });
}
