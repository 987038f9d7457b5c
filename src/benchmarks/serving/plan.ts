import { createHash } from "node:crypto";
import { rngFor } from "../../core/rng.ts";
import type { TimeLimits } from "./client/deadlines.ts";
import type { Protocol, RequestContent } from "./protocols/protocol.ts";
import type { UntilCondition } from "./until.ts";
import { type Arrival, arrivalTimes } from "./workload/arrivals.ts";
import type { SessionSource } from "./workload/conversation.ts";
import type { Prompt, PromptSource } from "./workload/prompt.ts";

/** How requests are sent. */
export type Load =
  | {
      /** Sent at their own times, whatever the server does. */
      kind: "open";
      arrival: Arrival;
      /** At most this many in flight; what is due waits for a slot. null: as many as come. */
      concurrency: number | null;
    }
  | {
      /** So many users, each sending its next request when the last one is answered. */
      kind: "closed";
      concurrency: number;
    };

/** When sending stops. At least one of the first two is not null. */
export interface Stop {
  durationMs: number | null;
  requests: number | null;
  /** Sooner, once all of these hold. */
  until?: readonly UntilCondition[];
}

/** What all requests share. */
export type RequestSettings = Omit<RequestContent, "prompt" | "maxTokens">;

export interface PlanInput {
  load: Load;
  stop: Stop;
  warmupRequests: number;
  drainMs: number;
  limits: TimeLimits;
  seed: number;
  /** Of the send times, where they are to differ between runs whose prompts have the same lengths; default `seed`. */
  arrivalSeed?: number;
  request: RequestSettings;
  prompts: PromptSource;
  warmupPrompts: PromptSource;
  /**
   * Whole conversations: each arrival begins a session, whose first turn is the prompt of the same number, and stop.requests
   * counts sessions. null: each prompt stands alone.
   */
  sessions: SessionSource | null;
}

/** A whole run, fixed before it begins: the same input gives the same plan, byte for byte. */
export interface ServingPlan extends Readonly<PlanInput> {
  /** Open loop: when each request is due, ms after the start. Closed loop: null. */
  readonly offsetsMs: Float64Array | null;
}

/** Pure: computes the schedule, sends nothing. */
export function makePlan(input: PlanInput): ServingPlan {
  const { load, stop, seed, arrivalSeed = seed } = input;
  const limit = { count: stop.requests, durationMs: stop.durationMs };
  const offsetsMs =
    load.kind === "open" ? arrivalTimes(load.arrival, limit, rngFor(arrivalSeed, "arrivals")) : null;
  return Object.freeze({ ...input, offsetsMs });
}

/** One request's body as it goes over the wire. */
export function bodyOf(plan: ServingPlan, protocol: Protocol, prompt: Omit<Prompt, "promptTokens">): string {
  const { text, messages = text, maxTokens } = prompt;
  return protocol.body({ ...plan.request, prompt: messages, maxTokens });
}

/** A closed loop may have no number of requests of its own, and a long run has many. */
const HASHED_PROMPTS = 1000;

/** SHA-256 over all send times and the first 1,000 prompts, or the first 1,000 sessions with their think times. */
export function planHash(plan: ServingPlan): string {
  const hash = createHash("sha256");
  if (plan.offsetsMs !== null) hash.update(plan.offsetsMs);
  const count = Math.min(plan.offsetsMs?.length ?? plan.stop.requests ?? HASHED_PROMPTS, HASHED_PROMPTS);
  for (let i = 0; i < count; i++) {
    if (plan.sessions !== null) {
      const { turns, firstIndex } = plan.sessions.at(i);
      const thinkMs = turns.map((_, turn) => (turn === 0 ? 0 : plan.sessions!.thinkMs(firstIndex + turn)));
      hash.update(JSON.stringify({ turns, thinkMs }));
      continue;
    }
    const { text, maxTokens } = plan.prompts.at(i);
    hash.update(`${maxTokens}\0${text}\0`);
  }
  return hash.digest("hex");
}
