import type { Bounded } from "../analysis/bounded.ts";
import { type Difference, difference } from "../analysis/difference.ts";
import { formatBytes } from "../core/units.ts";
import { differenceLines } from "./differences.ts";
import type { StoragePageRun } from "./html/storage/page-run.ts";
import { verdictWord } from "./html/storage/verdict.ts";
import { boundedText, percent } from "./numbers.ts";
import { runTable } from "./run-table.ts";

/** Storage runs beside one another, a row each, and how far each one's throughput and AU are from the first one's. */
export function storageComparisonText(pages: readonly StoragePageRun[]): string {
  const [first, ...others] = pages;
  return [
    ...runTable([["", "samples/s", "bytes", "AU", "verdict"], ...pages.map(cellsOf)]),
    "",
    ...differenceLines(
      first!.run.name,
      others.map((other) => ({ name: other.run.name, figures: differencesOf(first!, other) })),
    ),
  ].join("\n");
}

function cellsOf(page: StoragePageRun): string[] {
  const { bytesPerS } = page.loading.throughput;
  const au = page.summary?.compute.au ?? null;
  return [
    page.run.name,
    boundedText(throughputOf(page)),
    bytesPerS === null ? "-" : `${formatBytes(bytesPerS)}/s`,
    au === null ? "-" : percent(au),
    verdictWord(page).text,
  ];
}

function differencesOf(from: StoragePageRun, to: StoragePageRun): { name: string; of: Difference }[] {
  const [fromAu, toAu] = [auOf(from), auOf(to)];
  const rows: [string, Bounded, Bounded][] = [
    ["samples/s", throughputOf(from), throughputOf(to)],
    ...(fromAu === null || toAu === null
      ? []
      : [["AU, %", fromAu, toAu] satisfies [string, Bounded, Bounded]]),
  ];
  return rows.map(([name, a, b]) => ({ name, of: difference(a, b) }));
}

function throughputOf({ loading: { throughput } }: StoragePageRun): Bounded {
  const { samplesPerS: value, low, high } = throughput;
  return { value, low, high };
}

/** In percent; of the same steps as the throughput, so with its interval, relatively. */
function auOf(page: StoragePageRun): Bounded | null {
  const au = page.summary?.compute.au ?? null;
  const { value, low, high } = throughputOf(page);
  if (au === null || value === 0) return null;
  const scaled = (one: number | null) => (one === null ? null : (100 * au * one) / value);
  return { value: 100 * au, low: scaled(low), high: scaled(high) };
}
