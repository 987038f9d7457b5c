import { textTable } from "../../../src/report/text-table.ts";
import type { Comparison } from "./comparison.ts";
import type { Figures } from "./figures.ts";

type Row = readonly string[];

const LOAD_HEAD: Row = [
  "tool",
  "TTFT p50",
  "TTFT p99",
  "ITL p50",
  "ITL p99",
  "CPU µs/event",
  "peak MB",
  "mock late p99",
];
const START_HEAD: Row = ["tool", "version", "idle, s", "to first request, s", "CPU until load, s"];

/** The comparison as text: a table for each load, then start-up, then what was left out. */
export function textOf(comparison: Comparison): string {
  const { loads, absent } = comparison;
  const lines = loads.flatMap((load) => [
    `${loadTitle(load)}; errors in ms`,
    ...textTable([LOAD_HEAD, ...rowsAt(comparison, load.streams)]),
    "",
  ]);
  lines.push("start-up", ...textTable([START_HEAD, ...startRows(comparison)]));
  if (absent.length > 0) lines.push("", ...absent.map(({ tool, why }) => `${tool}: not measured: ${why}`));
  return lines.join("\n");
}

/** The same as Markdown, one table for all loads. */
export function markdownOf(comparison: Comparison): string {
  const rows = comparison.loads.flatMap((load) =>
    rowsAt(comparison, load.streams).map((row) => [`${load.streams.toLocaleString("en")}`, ...row]),
  );
  const lines = [
    ...markdownTable(["streams", ...LOAD_HEAD], rows),
    "",
    ...markdownTable(START_HEAD, startRows(comparison)),
  ];
  if (comparison.absent.length > 0)
    lines.push("", ...comparison.absent.map(({ tool, why }) => `- ${tool}: not measured: ${why}`));
  return `${lines.join("\n")}\n`;
}

function markdownTable(head: Row, rows: readonly Row[]): string[] {
  const line = (cells: Row) => `| ${cells.join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)];
}

function loadTitle({ streams, requests, outputTokens, ttftMs, itlMs }: Comparison["loads"][number]): string {
  return `${streams} streams, ${requests} requests of ${outputTokens} tokens, TTFT ${ttftMs} ms, ITL ${itlMs} ms`;
}

function rowsAt({ tools, figures, failures }: Comparison, streams: number): Row[] {
  return tools.map(({ id, name }) => {
    const found = figures.find((one) => one.tool === id && one.streams === streams);
    if (found !== undefined) return [name, ...cellsOf(found)];
    const failure = failures.find((one) => one.tool === id && one.streams === streams);
    return [name, `failed: ${failure?.why ?? "not run"}`, ...LOAD_HEAD.slice(2).map(() => "")];
  });
}

function cellsOf(figures: Figures): Row {
  const { ttftErrorMs: ttft, itlErrorMs: itl } = figures;
  return [
    ...[ttft.p50, ttft.p99, itl.p50, itl.p99].map(signed),
    figures.cpuPerEventUs.toFixed(1),
    (figures.peakPssBytes / 1e6).toFixed(0),
    figures.mockLatenessP99Ms.toFixed(2),
  ];
}

function startRows({ tools, starts }: Comparison): Row[] {
  return tools.map(({ id, name, version }) => {
    const { idleMs, firstRequestMs, cpuBeforeMs } = starts.find(({ tool }) => tool === id)!;
    return [name, version, ...[idleMs, firstRequestMs, cpuBeforeMs].map(seconds)];
  });
}

function seconds(ms: number | null): string {
  return ms === null ? "-" : (ms / 1000).toFixed(ms < 1000 ? 3 : 1);
}

function signed(value: number | null): string {
  if (value === null) return "-";
  const digits = Math.abs(value).toFixed(Math.abs(value) < 100 ? 2 : 0);
  return Number(digits) === 0 ? "0" : `${value < 0 ? "-" : "+"}${digits}`;
}
