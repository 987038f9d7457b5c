import { describe } from "../../analysis/describe.ts";
import { latenessMs } from "./metrics.ts";
import type { RequestRecord } from "./record.ts";
import type { SummaryContext } from "./summary-context.ts";
import type { ServingSummary, Validity } from "./summary-shape.ts";

/** Below this share of the planned rate the load was not the one asked for. */
const RATE_SHARE = 0.98;
/** Lateness and event-loop delay beyond these shares of the median inter-token latency blur what is measured. */
const LATENESS_SHARE = 0.1;
const LOOP_DELAY_SHARE = 0.5;

/**
 * Judges the client by its own figures. `unfit`: the load was not the one asked for, by the client's fault. `doubtful`: its delays
 * are not small against the latencies shown. What a cap of the user's own held back is the user's will.
 */
export function judgeClient(
  summary: Pick<ServingSummary, "load" | "whole" | "client">,
  run: readonly RequestRecord[],
  context: Pick<SummaryContext, "result">,
): Validity {
  const unfit: string[] = [];
  const doubtful: string[] = [];
  const { load, whole, client } = summary;
  unfit.push(...context.result.workers.died);
  if (load.hitCap === "client") {
    unfit.push(
      `the client could not hold more than ${load.peakInFlight} requests open, and more were asked for`,
    );
  }
  // After an interrupt a part of the schedule would be held against the whole.
  const isOwnPace = load.kind === "open" && load.hitCap === null && !context.result.interrupted;
  if (isOwnPace && load.plannedRatePerS !== null && load.achievedRatePerS !== null) {
    const share = load.achievedRatePerS / load.plannedRatePerS;
    if (share < RATE_SHARE) unfit.push(`only ${percent(share)} of the planned rate was sent`);
  }
  const itlMs = (whole?.metrics.itl ?? whole?.metrics.icl)?.quantiles.p50.value;
  if (itlMs !== undefined && itlMs > 0) {
    const late = isOwnPace
      ? describe(run.map(latenessMs).filter((v) => v !== null))?.quantiles.p99.value
      : undefined;
    if (late !== undefined && late > LATENESS_SHARE * itlMs) {
      doubtful.push(`lateness p99 is ${percent(late / itlMs)} of the median inter-token latency`);
    }
    const delay = client.eventLoopDelayMs.p99;
    if (delay > LOOP_DELAY_SHARE * itlMs) {
      doubtful.push(`event-loop delay p99 is ${percent(delay / itlMs)} of the median inter-token latency`);
    }
  }
  const verdict = unfit.length > 0 ? "unfit" : doubtful.length > 0 ? "doubtful" : "fit";
  return { verdict, reasons: [...unfit, ...doubtful] };
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}
