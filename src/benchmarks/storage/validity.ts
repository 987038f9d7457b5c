import { percentBeside } from "../../core/units.ts";
import type { AcceleratorSearch } from "./find-accelerators.ts";
import type { StorageSummary } from "./summary-shape.ts";

/** From this AU of a source that costs nothing on, the harness is no part of the result. */
const GOOD_AU = 0.95;
/** Below this, and with so much of the waiting being the harness's own, it is the harness that was measured. */
const UNFIT_AU = 0.9;
const UNFIT_SHARE = 0.5;
/** How much of the waiting may be the harness's own. */
const DOUBTFUL_SHARE = 0.1;
/** How far emulated compute may be off: in total, where more than that is doubtful, and where it says nothing any more. */
const COMPUTE_ERROR = 0.01;
const UNFIT_COMPUTE_ERROR = 0.1;
/** Of fewer steps one late wake-up is most of the compute's error: the worst step is left out, and they are at most doubtful. */
const FEW_STEPS = 20;
/** Less than this of the throughput was kept up by what was read in the window. */
const LEAST_SUSTAINED = 0.9;
/**
 * How far one step in a hundred may be off: beyond it the P99 of step times is the emulation's and not the storage's. On two
 * processors in quiet moments it is 0.3 for the shortest steps, of 0.4 ms, and 0.01 for 10 ms; while others have them 1 to 4.
 */
const COMPUTE_STEP_ERROR = 0.5;

/** Why the number of accelerators is not to be relied on; null where it is. */
export function unconfirmedReason(accelerators: AcceleratorSearch | null): string | null {
  if (accelerators === null || accelerators.found !== null) return null;
  const { runs, leastAu } = accelerators;
  const last = runs.at(-1);
  if (last === undefined || last.au >= leastAu) return "no whole run confirmed what the trials found";
  const numbers = runs.map((run) => `${run.accelerators}: ${percentBeside(run.au, leastAu)}`).join(", with ");
  return `no run kept the AU of ${percent(leastAu)} that the trials found: with ${numbers}`;
}

/** Whether that is why the figures are doubtful. @param reason one of `validityOf` */
export function isTooShort(reason: string): boolean {
  return reason.includes(TOO_SHORT);
}
const TOO_SHORT = "of the throughput is what was read in the measured time";

/** What the verdict goes by. */
export interface Judged {
  compute: StorageSummary["compute"];
  /** That were counted. */
  steps: number;
  sustainedShare: number | null;
  accelerators: AcceleratorSearch | null;
}

/** Whether the harness was able to measure what it was asked to. */
export function validityOf({
  compute,
  steps,
  sustainedShare,
  accelerators,
}: Judged): StorageSummary["validity"] {
  const { error, stepErrorP99, au, nullSourceAu } = compute;
  const reasons: string[] = [];
  const unconfirmed = unconfirmedReason(accelerators);
  if (unconfirmed !== null) reasons.push(unconfirmed);
  // What the run itself reached, the harness can reach.
  const harnessAu = nullSourceAu === null ? null : Math.max(nullSourceAu, au ?? 0);
  const share = harnessShare(au, harnessAu);
  if (harnessAu !== null && harnessAu < GOOD_AU && share > DOUBTFUL_SHARE) {
    reasons.push(
      `a source that costs nothing reaches an AU of only ${percent(harnessAu)} here: ${percent(share)} of the waiting is the harness's own`,
    );
  }
  if (sustainedShare !== null && sustainedShare < LEAST_SUSTAINED) {
    reasons.push(
      `only ${percent(sustainedShare)} ${TOO_SHORT}, the rest was in memory before: a longer run has less of it`,
    );
  }
  const isShort = steps < FEW_STEPS;
  const off = computeOff(compute, steps);
  if (off > COMPUTE_ERROR) {
    reasons.push(`emulated compute was off by ${percent(error!)}: others have the processors`);
  }
  if (!isShort && stepErrorP99 !== null && stepErrorP99 > COMPUTE_STEP_ERROR) {
    reasons.push(
      `of emulated compute one step in a hundred was off by ${percent(stepErrorP99)} or more: others have the processors`,
    );
  }
  const isUnfit =
    (off > UNFIT_COMPUTE_ERROR && !isShort) ||
    (harnessAu !== null && harnessAu < UNFIT_AU && share > UNFIT_SHARE);
  return { verdict: isUnfit ? "unfit" : reasons.length > 0 ? "doubtful" : "fit", reasons };
}

/** How far compute was off in total: of a few steps without the worst of them, which `stepErrorP99` is then. */
function computeOff({ error, stepErrorP99 }: StorageSummary["compute"], steps: number): number {
  if (error === null) return 0;
  if (steps >= FEW_STEPS || stepErrorP99 === null) return Math.abs(error);
  return steps < 2 ? 0 : Math.max(0, steps * Math.abs(error) - stepErrorP99) / (steps - 1);
}

/** Waiting for a source that costs nothing over waiting for the real one, both by compute; at most 1. */
function harnessShare(au: number | null, harnessAu: number | null): number {
  if (au === null || harnessAu === null || harnessAu === 0) return 0;
  const [waiting, own] = [1 / au - 1, 1 / harnessAu - 1];
  return waiting <= 0 ? 1 : Math.min(1, own / waiting);
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}
