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
/** Of fewer steps the compute's error is no more than one late wake-up, and no verdict. */
const LEAST_STEPS = 20;
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
  const numbers = runs.map((run) => `${run.accelerators}: ${percent(run.au)}`).join(", with ");
  return `no run kept the AU of ${percent(leastAu)} that the trials found: with ${numbers}`;
}

/** Whether the harness was able to measure what it was asked to. @param steps that were counted */
export function validityOf(
  { error, stepErrorP99, au, nullSourceAu }: StorageSummary["compute"],
  steps: number,
  accelerators: AcceleratorSearch | null = null,
): StorageSummary["validity"] {
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
  const isJudged = steps >= LEAST_STEPS;
  const off = error === null || !isJudged ? 0 : Math.abs(error);
  if (off > COMPUTE_ERROR) {
    reasons.push(`emulated compute was off by ${percent(error!)}: others have the processors`);
  }
  if (isJudged && stepErrorP99 !== null && stepErrorP99 > COMPUTE_STEP_ERROR) {
    reasons.push(
      `of emulated compute one step in a hundred was off by ${percent(stepErrorP99)} or more: others have the processors`,
    );
  }
  const isUnfit =
    off > UNFIT_COMPUTE_ERROR || (harnessAu !== null && harnessAu < UNFIT_AU && share > UNFIT_SHARE);
  return { verdict: isUnfit ? "unfit" : reasons.length > 0 ? "doubtful" : "fit", reasons };
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
