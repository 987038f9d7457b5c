import type { ServingPlan } from "../plan.ts";
import type { SessionSource } from "../workload/conversation.ts";
import type { PromptSource } from "../workload/prompt.ts";

/** One worker's share of a plan: every `of`-th request, from number `index` on. */
export interface Part {
  index: number;
  of: number;
}

/** The number in the whole plan of a part's request `i`. */
export function numberInWhole({ index, of }: Part, i: number): number {
  return i * of + index;
}

/** How many of `count` things dealt out in turn fall to a part; Infinity stays. */
export function shareOf(count: number, { index, of }: Part): number {
  return Math.max(0, Math.ceil((count - index) / of));
}

/**
 * A part of a plan, itself a plan: its request (or session) i is number i·of + index of the whole, due at the same instant. Users, slots, the
 * number of requests and the warm-up are dealt out alike; times stay.
 */
export function partOfPlan(plan: ServingPlan, part: Part): ServingPlan {
  const { load, stop, offsetsMs } = plan;
  const concurrency = load.concurrency === null ? null : shareOf(load.concurrency, part);
  return Object.freeze({
    ...plan,
    load: { ...load, concurrency } as typeof load,
    stop: { ...stop, requests: stop.requests === null ? null : shareOf(stop.requests, part) },
    warmupRequests: shareOf(plan.warmupRequests, part),
    offsetsMs: offsetsMs === null ? null : offsetsMs.filter((_, i) => i % part.of === part.index),
    prompts: everyNth(plan.prompts, part),
    warmupPrompts: everyNth(plan.warmupPrompts, part),
    sessions: plan.sessions === null ? null : everyNth(plan.sessions, part),
  });
}

function everyNth<T extends PromptSource | SessionSource>(source: T, part: Part): T {
  return { ...source, at: (i: number) => source.at(numberInWhole(part, i)) };
}

/** No part may be without a user or a slot: as many workers as there are of these, at the most. */
export function partsOf(plan: ServingPlan, workers: number): Part[] {
  const of = Math.max(
    1,
    Math.min(workers, plan.load.concurrency ?? workers, plan.offsetsMs?.length ?? workers),
  );
  return Array.from({ length: of }, (_, index) => ({ index, of }));
}
