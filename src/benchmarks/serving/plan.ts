import { createHash } from "node:crypto";
import { rngFor } from "../../core/rng.ts";
import type { TimeLimits } from "./client/deadlines.ts";
import type { Protocol, RequestContent } from "./protocols/protocol.ts";
import type { UntilCondition } from "./until.ts";
import { type Arrival, arrivalTimes } from "./workload/arrivals.ts";
import type { SessionSource } from "./workload/conversation.ts";
import type { Prompt, PromptSource } from "./workload/prompt.ts";
import { drawnModel, type TrafficSplit, withModels } from "./workload/traffic-split.ts";

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
  /** Several models, of which each request, or session, asks the one that is drawn for it; null: all ask `request.model`. */
  trafficSplit: TrafficSplit | null;
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
  return Object.freeze({ ...input, ...withTheirModels(input), offsetsMs });
}

/** Prompts for one of several models each; those of the warm-up in turn, so that none is left cold. */
function withTheirModels({
  trafficSplit,
  seed,
  prompts,
  warmupPrompts,
}: PlanInput): Pick<PlanInput, "prompts" | "warmupPrompts"> {
  if (trafficSplit === null) return { prompts, warmupPrompts };
  const { models } = trafficSplit;
  return {
    prompts: withModels(prompts, (index) => drawnModel(trafficSplit, seed, index)),
    warmupPrompts: withModels(warmupPrompts, (index) => models[index % models.length]!),
  };
}

/** The model that a plan asks; several joined by commas. */
export function modelText({ trafficSplit, request }: Pick<ServingPlan, "trafficSplit" | "request">): string {
  return trafficSplit?.models.join(",") ?? request.model;
}

/** One request's body as it goes over the wire. */
export function bodyOf(plan: ServingPlan, protocol: Protocol, prompt: Omit<Prompt, "promptTokens">): string {
  const { text, messages = text, maxTokens, model = plan.request.model } = prompt;
  return protocol.body({ ...plan.request, model, prompt: messages, maxTokens });
}

/** A closed loop may have no number of requests of its own, and a long run has many. */
const HASHED_PROMPTS = 1000;

/**
 * SHA-256 over all send times and the first 1,000 prompts, or the first 1,000 sessions with their think times; where several models
 * are asked, over their shares and the model of each of these, too.
 */
export function planHash(plan: ServingPlan): string {
  const { trafficSplit, seed } = plan;
  const hash = createHash("sha256");
  if (trafficSplit !== null) hash.update(JSON.stringify(trafficSplit));
  if (plan.offsetsMs !== null) hash.update(plan.offsetsMs);
  const count = Math.min(plan.offsetsMs?.length ?? plan.stop.requests ?? HASHED_PROMPTS, HASHED_PROMPTS);
  for (let i = 0; i < count; i++) {
    if (trafficSplit !== null) hash.update(`${drawnModel(trafficSplit, seed, i)}\0`);
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
