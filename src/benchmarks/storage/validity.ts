import type { StorageSummary } from "./summary-shape.ts";

/** From this AU of a source that costs nothing on, the harness is no part of the result. */
const GOOD_AU = 0.95;
/** Below this, and with so much of the waiting being the harness's own, it is the harness that was measured. */
const UNFIT_AU = 0.9;
const UNFIT_SHARE = 0.5;
/** How much of the waiting may be the harness's own. */
const DOUBTFUL_SHARE = 0.1;
/** How far emulated compute may be off. */
const COMPUTE_ERROR = 0.01;

/** Whether the harness was able to measure what it was asked to. */
export function validityOf({
  error,
  au,
  nullSourceAu,
}: StorageSummary["compute"]): StorageSummary["validity"] {
  const reasons: string[] = [];
  const share = harnessShare(au, nullSourceAu);
  if (nullSourceAu !== null && nullSourceAu < GOOD_AU && share > DOUBTFUL_SHARE) {
    reasons.push(
      `a source that costs nothing reaches an AU of only ${percent(nullSourceAu)} here: ${percent(share)} of the waiting is the harness's own`,
    );
  }
  if (error !== null && Math.abs(error) > COMPUTE_ERROR) {
    reasons.push(`emulated compute was off by ${percent(error)}: others have the processors`);
  }
  const isUnfit = nullSourceAu !== null && nullSourceAu < UNFIT_AU && share > UNFIT_SHARE;
  return { verdict: isUnfit ? "unfit" : reasons.length > 0 ? "doubtful" : "fit", reasons };
}

/** Waiting for a source that costs nothing over waiting for the real one, both by compute; at most 1. */
function harnessShare(au: number | null, nullSourceAu: number | null): number {
  if (au === null || nullSourceAu === null || nullSourceAu === 0) return 0;
  const [waiting, own] = [1 / au - 1, 1 / nullSourceAu - 1];
  return waiting <= 0 ? 1 : Math.min(1, own / waiting);
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}
