import type { ServingPlan } from "../plan.ts";
import { askedRatePerS } from "../workload/arrivals.ts";

/**
 * What one process is trusted with: half of what it was seen to read (about 20,000 token events and 1,000 requests a second on a
 * cloud vCPU, scripts/bench/serving).
 */
const EVENTS_PER_S = 10_000;
const REQUESTS_PER_S = 500;
/** A closed loop's rate shows only when it runs: a user is taken to read so many tokens a second (an ITL of 20 ms). */
const EVENTS_PER_USER = 50;
const SAMPLED_PROMPTS = 64;

/**
 * How many processes a plan needs.
 * @param most there can be: a core each
 */
export function autoWorkers(plan: ServingPlan, most: number): number {
  return Math.max(1, Math.min(Math.ceil(Math.max(...loadOf(plan))), most));
}

/** By each limit, the processes that the load fills. */
function loadOf(plan: ServingPlan): number[] {
  const { load } = plan;
  if (load.kind === "closed") return [(load.concurrency * EVENTS_PER_USER) / EVENTS_PER_S];
  const count = Math.min(SAMPLED_PROMPTS, plan.offsetsMs?.length ?? SAMPLED_PROMPTS);
  let tokens = 0;
  let requests = 0;
  for (let i = 0; i < count; i++) {
    const turns = plan.sessions?.at(i).turns ?? [plan.prompts.at(i)];
    requests += turns.length;
    for (const { maxTokens } of turns) tokens += maxTokens;
  }
  const ratePerS = askedRatePerS(load.arrival) ?? meanRate(plan.offsetsMs);
  // All at once: nobody knows how fast the answers come.
  if (!Number.isFinite(ratePerS)) return [((plan.offsetsMs?.length ?? 0) * EVENTS_PER_USER) / EVENTS_PER_S];
  const each = ratePerS / Math.max(1, count);
  return [(each * requests) / REQUESTS_PER_S, (each * tokens) / EVENTS_PER_S];
}

function meanRate(offsetsMs: Float64Array | null): number {
  const lastMs = offsetsMs?.at(-1) ?? 0;
  return lastMs === 0 ? 0 : ((offsetsMs!.length - 1) * 1000) / lastMs;
}
