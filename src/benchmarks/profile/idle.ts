import type { FailureClass } from "../serving/record.ts";

/* Whether a server is done with what the level before left behind. */

/** A probe may take this many times what it took at first, and so much more: one request's TTFT varies even on an idle server. */
export const IDLE_FACTOR = 1.5;
export const IDLE_SLACK_MS = 20;
/** Probes before the first level; their median is what later ones are held against. */
export const BASELINE_PROBES = 3;
/** From one probe to the next. */
export const PROBE_EVERY_MS = 500;

/** What the check before a level found. */
export interface IdleCheck {
  isIdle: boolean;
  probes: number;
  waitedMs: number;
  /** Of the last probe; null where it failed. */
  ttftMs: number | null;
  /** How the last probe failed; null where it was answered. */
  failure: FailureClass | null;
  baselineTtftMs: number;
}

/** No one is there. Any other failure is one of a server that has too much to do, or dislikes the probe. */
const GONE: readonly (string | null)[] = ["connect", "dns", "reset"] satisfies FailureClass[];

/** Whether a probe, or a request, found no server at all. @param failure its class; null: it was answered */
export function isGone({ failure }: { failure: string | null }): boolean {
  return GONE.includes(failure);
}

/** Whether a probe was answered as fast as on the idle server. */
export function isAsIdle(ttftMs: number | null, baselineTtftMs: number): boolean {
  return ttftMs !== null && ttftMs <= IDLE_FACTOR * baselineTtftMs + IDLE_SLACK_MS;
}
