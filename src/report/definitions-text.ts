import { figuresOf, type Tool } from "../benchmarks/serving/definitions.ts";
import type { RequestRecord } from "../benchmarks/serving/record.ts";
import { formatNumber } from "../core/units.ts";
import { measured } from "./numbers.ts";
import { textTable } from "./text-table.ts";

/** One run in another tool's terms, in 80 columns. */
export function definitionsText(tool: Tool, records: readonly RequestRecord[]): string {
  const { figures, note } = figuresOf(tool, records);
  const rows = figures.map(({ name, n, mean, sd, p50, p90, p99 }) => [
    name,
    formatNumber(n),
    ...[mean, sd, p50, p90, p99].map(measured),
  ]);
  const table = textTable([[`as ${tool} defines it, ms`, "n", "mean", "sd", "p50", "p90", "p99"], ...rows]);
  const formulas = textTable(figures.map(({ name, formula }) => [name, `= ${formula}`])).map((line) =>
    line.replace(/^(\S.*?)\s{2,}=/, (_, name: string) => `${name} =`),
  );
  return [...table, "", ...formulas, "", ...Bun.wrapAnsi(note, 80).split("\n")].join("\n");
}
