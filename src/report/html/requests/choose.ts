import { rngFor } from "../../../core/rng.ts";
import { formatNumber } from "../../../core/units.ts";
import { counted } from "../../numbers.ts";

/** Up to here a page holds all of a run's requests: about 14 bytes each, packed. */
const MOST_ROWS = 150_000;
/** Of a longer run: failures, and the slowest, at most so many each; the rest is drawn by chance. */
const MOST_OF_A_KIND = 30_000;

interface Known {
  /** Which run each is of. */
  runOf: readonly number[];
  /** Intended send times since the run's first, ms. */
  due: readonly number[];
  /** How long each took, ms; NaN where it was not sent. */
  ended: readonly number[];
  isFailed(row: number): boolean;
}

/** Which requests a page shows, run by run in the order in which they were due, and a sentence that says which. */
export function chosenRows(
  { runOf, due, ended, isFailed }: Known,
  seed: number,
  most = MOST_ROWS,
): { rows: readonly number[]; sentence: string } {
  const all = due.map((_, row) => row);
  const byDue = (a: number, b: number) => runOf[a]! - runOf[b]! || due[a]! - due[b]! || a - b;
  const whose = runOf.some((run) => run !== runOf[0]) ? "the runs" : "the run";
  if (all.length <= most)
    return { rows: all.sort(byDue), sentence: `All ${counted(all.length, "request")} of ${whose}.` };
  const kind = Math.min(MOST_OF_A_KIND, Math.floor(most / 3));
  const failures = all.filter(isFailed);
  const failed = sampled(failures, kind, seed, "failed");
  const successes = all.filter((row) => !isFailed(row));
  const slowest = successes.toSorted((a, b) => ended[b]! - ended[a]!).slice(0, kind);
  const taken = new Set([...failed, ...slowest]);
  const rest = sampled(
    all.filter((row) => !taken.has(row)),
    most - taken.size,
    seed,
    "rest",
  );
  const failedText =
    failed.length === failures.length
      ? `all ${formatNumber(failed.length)} failed ones`
      : `${formatNumber(failed.length)} of ${formatNumber(failures.length)} failed ones`;
  return {
    rows: [...taken, ...rest].sort(byDue),
    sentence: `${formatNumber(most)} of ${formatNumber(all.length)} requests: ${failedText}, the ${formatNumber(slowest.length)} slowest successes, and ${formatNumber(rest.length)} others drawn by seed ${seed}. All are in requests.jsonl.`,
  };
}

/** A uniform sample without replacement, in the order given (Fan, Muller & Rezucha 1962). */
function sampled(rows: readonly number[], most: number, seed: number, stream: string): number[] {
  const rng = rngFor(seed, `report ${stream}`);
  let left = Math.min(most, rows.length);
  return rows.filter((_, i) => {
    const isTaken = rng.uniform() * (rows.length - i) < left;
    if (isTaken) left--;
    return isTaken;
  });
}
