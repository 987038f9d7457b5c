import type { Bounded } from "../analysis/bounded.ts";
import { type Difference, difference } from "../analysis/difference.ts";
import { bound, measured } from "./numbers.ts";
import { runTable } from "./run-table.ts";
import type { SavedWindow } from "./saved-summary.ts";
import { COLUMNS, wrapped } from "./wrapped.ts";

const METRICS = [
  ["TTFT", "ttft"],
  ["TPOT", "tpot"],
  ["ITL", "itl"],
  ["ICL", "icl"],
  ["E2EL", "e2el"],
] as const;
/** What stands beside one another of several results: ours by the metric's name, others' by what comes nearest to it. */
export const COMPARED = METRICS.filter(([, id]) => id !== "itl");
const QUANTILES = ["p50", "p99"] as const;

/** How a figure of several runs differs from the first one's; null where one of the two was not measured. */
export interface DifferenceRow {
  /** `TTFT p99, ms` */
  name: string;
  /** One for each run but the first. */
  differences: ({ of: Difference; from: number } | null)[];
}

/** Every latency's p50 and p99, and the goodput, of runs beside the first one; figures that no two have are left out. */
export function differenceRows(windows: readonly (SavedWindow | null)[]): DifferenceRow[] {
  // Chunks are compared where the tokens of some run are not known.
  const hasTokens = windows.every((window) => window !== null && quantileOf(window, "itl", "p50") !== null);
  const left = hasTokens ? "icl" : "itl";
  const rows: [string, (window: SavedWindow) => Bounded | null][] = [
    ...METRICS.filter(([, id]) => id !== left).flatMap(([name, id]) =>
      QUANTILES.map((q): (typeof rows)[number] => [
        `${name} ${q}, ms`,
        (window) => quantileOf(window, id, q),
      ]),
    ),
    ["goodput, %", ({ goodput }) => (goodput === null ? null : inPercent(goodput))],
  ];
  return rows.flatMap(([name, of]) => {
    const [first, ...others] = windows.map((window) => (window === null ? null : of(window)));
    if (!first) return [];
    const differences = others.map((other) =>
      other ? { of: difference(first, other), from: first.value } : null,
    );
    return differences.some((one) => one !== null) ? [{ name, differences }] : [];
  });
}

/** What is only a lower bound is no figure to hold another against. */
function quantileOf({ metrics }: SavedWindow, id: string, q: string): Bounded | null {
  const quantile = metrics[id]?.quantiles[q] ?? null;
  if (quantile === null || quantile.value === null || quantile.isLowerBound) return null;
  const { value, low, high } = quantile;
  return { value, low, high };
}

function inPercent({ fraction, low, high }: { fraction: number; low: number; high: number }): Bounded {
  return { value: 100 * fraction, low: 100 * low, high: 100 * high };
}

/** `+12.3 [+5.00 to +19.8]` */
export function differenceText({ value, low, high }: Bounded): string {
  const signed = (number: number) =>
    number > 0 ? `+${measured(number)}` : measured(number).replace("-", "−");
  const side = (of: number | null) => (of === null ? bound(of) : signed(of));
  const interval = low === null && high === null ? "" : ` [${side(low)} to ${side(high)}]`;
  return signed(value) + interval;
}

/** Whether it is more than chance. */
export function noiseText({ isBeyondNoise }: Difference): string {
  if (isBeyondNoise === null) return "not known";
  return isBeyondNoise ? "beyond noise" : "within noise";
}

/** How runs differ from the first, a line a figure, and what their intervals are: text of 80 columns. @param first its name */
export function differenceLines(
  first: string,
  others: readonly { name: string; figures: readonly { name: string; of: Difference }[] }[],
): string[] {
  const rows = others.flatMap(({ name, figures }) =>
    figures.map((figure, i) => [
      i === 0 ? name : "",
      figure.name,
      differenceText(figure.of),
      noiseText(figure.of),
    ]),
  );
  return [`Differences from ${first}`, ...runTable(rows), "", wrapped(DIFFERENCE_NOTE, COLUMNS)];
}

/** Why results of several tools do not stand for the same. */
export const FOREIGN_NOTE =
  "tools define their terms differently; of runs of inferbench the steady window is shown, where there is one, of others the whole time.";

/** What differences are, and what their intervals leave out. */
export const DIFFERENCE_NOTE =
  "Intervals are of 95 %, from those of the two runs (Zou & Donner 2008; METHODS.md). They hold what is by chance within the runs, not what changes from one day to the next; of 20 figures that are alike about one is beyond noise.";
