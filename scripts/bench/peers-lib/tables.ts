import { textTable } from "../../../src/report/text-table.ts";
import type { Comparison } from "./comparison.ts";
import type { Figures } from "./figures.ts";

type Row = readonly string[];

const LOAD_HEAD: Row = ["tool", "TTFT p50", "TTFT p99", "ITL p50", "ITL p99", "CPU µs/event", "peak MB"];
/** In the text alone: whether the server was the bottleneck. */
const MOCK_HEAD = "mock late p99";
const START_HEAD: Row = ["tool", "version", "`--version`, s", "first request, s", "CPU until load, s"];

/** The comparison as text: a table for each load, then start-up, then what was left out. */
export function textOf(comparison: Comparison): string {
  const lines = comparison.loads.flatMap((load) => {
    const rows = comparison.tools.map((tool) => {
      const figures = figuresAt(comparison, tool.id, load.streams);
      return [tool.name, ...cellsOf(figures), figures === undefined ? "" : ms(figures.mockLatenessP99Ms)];
    });
    return [`${loadTitle(load)}; errors in ms`, ...textTable([[...LOAD_HEAD, MOCK_HEAD], ...rows]), ""];
  });
  lines.push("start-up", ...textTable([START_HEAD, ...startRows(comparison)]), "", ...remarks(comparison));
  return lines.join("\n");
}

/** The same as Markdown: one table for all loads, one for start-up. */
export function markdownOf(comparison: Comparison): string {
  const rows = comparison.loads.flatMap(({ streams }) =>
    comparison.tools.map((tool) => {
      const cells = cellsOf(figuresAt(comparison, tool.id, streams));
      return [streams.toLocaleString("en"), tool.name, ...cells];
    }),
  );
  const lines = [
    ...markdownTable(["streams", ...LOAD_HEAD], rows),
    "",
    ...markdownTable(START_HEAD, startRows(comparison)),
    "",
    ...remarks(comparison).map((remark) => `- ${remark}`),
  ];
  return `${lines.join("\n")}\n`;
}

function markdownTable(head: Row, rows: readonly Row[]): string[] {
  const line = (cells: Row) => `| ${cells.join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)];
}

function loadTitle({ streams, requests, outputTokens, ttftMs, itlMs }: Comparison["loads"][number]): string {
  return `${streams} streams, ${requests} requests of ${outputTokens} tokens, TTFT ${ttftMs} ms, ITL ${itlMs} ms`;
}

function figuresAt({ figures }: Comparison, tool: string, streams: number): Figures | undefined {
  return figures.find((one) => one.tool === tool && one.streams === streams);
}

function cellsOf(figures: Figures | undefined): Row {
  if (figures === undefined) return LOAD_HEAD.slice(1).map(() => "failed");
  const { ttftErrorMs: ttft, itlErrorMs: itl } = figures;
  return [
    ...[ttft.p50, ttft.p99, itl.p50, itl.p99].map(signed),
    figures.cpuPerEventUs.toFixed(1),
    (figures.peakPssBytes / 1e6).toFixed(0),
  ];
}

function startRows({ tools, starts }: Comparison): Row[] {
  return tools.map(({ id, name, version }) => {
    const { idleMs, firstRequestMs, cpuBeforeMs } = starts.find(({ tool }) => tool === id)!;
    return [name, version, ...[idleMs, firstRequestMs, cpuBeforeMs].map(seconds)];
  });
}

/** What the figures do not say by themselves. */
function remarks({ tools, starts, failures, absent }: Comparison): string[] {
  const helped = starts.filter(({ idle }) => idle.at(-1) === "--help");
  const names = helped.map(({ tool }) => tools.find(({ id }) => id === tool)!.name);
  return [
    ...(names.length === 0 ? [] : [`\`--help\` in place of \`--version\`: ${names.join(", ")}`]),
    ...tools.filter(({ note }) => note !== null).map(({ name, note }) => `${name}: ${note}`),
    ...failures.map(({ tool, streams, why }) => `${tool} failed at ${streams} streams: ${why}`),
    ...absent.map(({ tool, why }) => `${tool}: not measured: ${why}`),
  ];
}

function seconds(value: number | null): string {
  return value === null ? "-" : (value / 1000).toFixed(value < 1000 ? 3 : 1);
}

function signed(value: number | null): string {
  if (value === null) return "-";
  const digits = ms(Math.abs(value));
  return Number(digits) === 0 ? "0" : `${value < 0 ? "-" : "+"}${digits}`;
}

/** Finer digits than 0.01 ms are the machine's. */
function ms(value: number): string {
  return value.toFixed(Math.abs(value) < 10 ? 2 : Math.abs(value) < 100 ? 1 : 0);
}
