import { isSmall } from "../analysis/order-interval.ts";
import type { StorageSummary } from "../benchmarks/storage/summary-shape.ts";
import { formatNumber } from "../core/units.ts";
import { filledLines } from "./filled-lines.ts";
import { counted, measured, percent } from "./numbers.ts";

/** Under the texts of the lines before. */
export const INDENT = " ".repeat(12);

/** Of fewer, one in a hundred says nothing: it would be the worst of them. */
const LEAST_STEPS = 20;

/** What measured: its readers, its queue, its own load, and the compute that it emulated. */
export function harnessLines({
  loader,
  steps,
  compute,
  client,
  cpuSPerGb,
  validity,
}: StorageSummary): string[] {
  const atWork = loader.readersAtWork;
  const { workers, prefetchDepth } = loader;
  const readers = `${counted(workers, "reader")}, ${workers === 1 ? "" : "each "}${formatNumber(prefetchDepth)} ahead`;
  const busy =
    atWork === null ? [] : [`at work: mean ${measured(atWork.mean)}, most ${formatNumber(atWork.max)}`];
  return [
    ...filledLines([`Loader      ${readers}`, ...busy], "; ", INDENT),
    ...queueLines(loader),
    ...filledLines(
      [
        `Harness     ${validity.verdict}`,
        `${percent(client.cpuShare)} of a core`,
        `${measured(cpuSPerGb)} CPU-s/GB`,
      ],
      ", ",
      INDENT,
    ),
    ...computeLines(compute, steps.done),
  ];
}

/** How far one step in a hundred was off, marked where there are few; null: not known, or of too few. @param steps that were counted */
export function worstSteps(stepErrorP99: number | null, steps: number): string | null {
  if (stepErrorP99 === null || steps < LEAST_STEPS) return null;
  return `${percent(stepErrorP99)}${isSmall(steps, 0.99) ? "*" : ""}`;
}

function computeLines({ error, stepErrorP99 }: StorageSummary["compute"], steps: number): string[] {
  if (error === null) return [];
  const worst = worstSteps(stepErrorP99, steps);
  const single = worst === null ? [] : [`one step in a hundred by ${worst} or more`];
  return filledLines(
    [`Compute     emulated, its total off by ${(100 * error).toFixed(2)} %`, ...single],
    "; ",
    INDENT,
  );
}

function queueLines({ queueDepth }: StorageSummary["loader"]): string[] {
  if (queueDepth === null) return [];
  const { asked, mean, most } = queueDepth;
  return [
    `Queue       ${formatNumber(asked)} deep for each reader; reached: mean ${measured(mean)}, most ${formatNumber(most)}`,
  ];
}
