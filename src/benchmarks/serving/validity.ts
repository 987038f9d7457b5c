import { type Distribution, describe } from "../../analysis/describe.ts";
import { formatDuration } from "../../core/units.ts";
import type { ClientHealth } from "../../telemetry/client-health.ts";
import { type CalibrationOutcome, type ErrorBar, largestErrorMs } from "./calibration.ts";
import { latenessMs } from "./metrics.ts";
import type { RequestRecord } from "./record.ts";
import type { SummaryContext } from "./summary-context.ts";
import type { ServingSummary, Validity, WindowSummary } from "./summary-shape.ts";

/** Below this share of the planned rate the load was not the one asked for. */
const RATE_SHARE = 0.98;
/** Shares of the median inter-token latency: beyond them the tail (p99) of a delay blurs what is measured. */
const LATENESS_SHARE = 0.1;
const LOOP_DELAY_SHARE = 0.5;
/** Likewise where the client's error, as calibrated, is over this share of a median. */
const ERROR_SHARE = 0.1;
/** A thread that is busy for more of the time has queues before it: what waits there is stamped late. */
const BUSY_SHARE = 0.85;
/** Share of the time in which the client had work and no CPU: then its neighbours set its stamps. */
const WAIT_SHARE = { doubtful: 0.1, unfit: 0.5 };
/** Shares over less time say nothing: the kernel counts in 10 ms, and code is compiled first. */
const SHORTEST_JUDGED_MS = 1000;

type Say = (reason: string) => void;

/**
 * Judges the client by its own figures. `unfit`: the load was not the one asked for, by the client's fault, or its own delays are
 * as large as the latencies shown: no core was left to it, or one time in ten it was later than a whole token. `doubtful`:
 * its delays are not small against the latencies shown. What a cap of the user's own held back is the user's will.
 */
export function judgeClient(
  summary: Pick<ServingSummary, "load" | "whole" | "client">,
  run: readonly RequestRecord[],
  context: Pick<SummaryContext, "result">,
): Validity {
  const [unfit, doubtful]: [string[], string[]] = [[], []];
  const say = {
    unfit: (reason: string) => unfit.push(reason),
    doubtful: (reason: string) => doubtful.push(reason),
  };
  const { load, whole, client } = summary;
  unfit.push(...context.result.workers.died);
  if (load.hitCap === "client") {
    say.unfit(
      `the client could not hold more than ${load.peakInFlight} requests open, and more were asked for`,
    );
  }
  // After an interrupt a part of the schedule would be held against the whole.
  const isOwnPace = load.kind === "open" && load.hitCap === null && !context.result.interrupted;
  if (isOwnPace && load.plannedRatePerS !== null && load.achievedRatePerS !== null) {
    const share = load.achievedRatePerS / load.plannedRatePerS;
    if (share < RATE_SHARE) say.unfit(`only ${percent(share)} of the planned rate was sent`);
  }
  judgeCpu(client, say);
  const itlMs = median(whole, "itl") ?? median(whole, "icl");
  if (itlMs !== null) {
    if (isOwnPace) {
      const lateness = describe(run.map(latenessMs).filter((v) => v !== null));
      judgeDelay("lateness", fromQuantiles(lateness), LATENESS_SHARE * itlMs, itlMs, say);
    }
    const { p90, p99 } = client.eventLoopDelayMs;
    const loop = { p90: client.wallMs < SHORTEST_JUDGED_MS ? null : p90, p99 };
    judgeDelay("event-loop delay", loop, LOOP_DELAY_SHARE * itlMs, itlMs, say);
  }
  judgeError(client.calibration, whole, itlMs, say.doubtful);
  const verdict = unfit.length > 0 ? "unfit" : doubtful.length > 0 ? "doubtful" : "fit";
  return { verdict, reasons: [...unfit, ...doubtful] };
}

function judgeCpu(client: ClientHealth, say: { unfit: Say; doubtful: Say }): void {
  if (client.wallMs < SHORTEST_JUDGED_MS) return;
  for (const [thread, share] of [
    ["JavaScript thread, which sends and reads,", client.jsBusyShare],
    ["HTTP thread", client.threadShares?.http ?? null],
  ] as const) {
    if (share !== null && share > BUSY_SHARE) {
      say.unfit(`its ${thread} was busy ${percent(share)} of the time (more than ${percent(BUSY_SHARE)})`);
    }
  }
  const waited = client.runQueueWaitShare;
  if (waited === null || waited <= WAIT_SHARE.doubtful) return;
  const judge = waited > WAIT_SHARE.unfit ? say.unfit : say.doubtful;
  judge(`it had work but no CPU ${percent(waited)} of the time: other programs run on its cores`);
}

/** The tail of a delay makes doubts; one time in ten later than a whole token is too late. null: too few to say. */
function judgeDelay(
  name: string,
  { p90, p99 }: { p90: number | null; p99: number | null },
  limitMs: number,
  itlMs: number,
  say: { unfit: Say; doubtful: Say },
): void {
  const against = (ms: number) =>
    `${percent(ms / itlMs)} of the median inter-token latency (${formatDuration(itlMs)})`;
  if (p90 !== null && p90 > itlMs) say.unfit(`${name} p90 is ${against(p90)}`);
  else if (p99 !== null && p99 > limitMs) say.doubtful(`${name} p99 is ${against(p99)}`);
}

function fromQuantiles(lateness: Distribution | null): { p90: number | null; p99: number | null } {
  if (lateness === null) return { p90: null, p99: null };
  const { p90, p99 } = lateness.quantiles;
  return { p90: p90.small ? null : p90.value, p99: p99.value };
}

function judgeError(
  calibration: CalibrationOutcome | null,
  whole: WindowSummary | null,
  itlMs: number | null,
  doubt: Say,
): void {
  if (calibration?.ok !== true) return;
  const judge = (name: string, bar: ErrorBar | null, ofMs: number | null, of: string) => {
    if (bar === null || ofMs === null) return;
    const errorMs = largestErrorMs(bar);
    if (errorMs > ERROR_SHARE * ofMs) {
      doubt(
        `the client's error of ${name}, ${formatDuration(errorMs)}, is ${percent(errorMs / ofMs)} of ${of}`,
      );
    }
  };
  judge("ICL", calibration.icl, itlMs, "the median inter-token latency");
  judge("TTFT", calibration.ttft, median(whole, "ttft"), "the median TTFT");
}

/** null where there is none, or where it is 0 and nothing can be held against it. */
function median(whole: WindowSummary | null, metric: string): number | null {
  const value = whole?.metrics[metric]?.quantiles.p50.value ?? 0;
  return value > 0 ? value : null;
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}
