import Papa from "papaparse";
import { usageError } from "../../../core/errors.ts";
import { parseDecimal } from "../../../core/units.ts";
import { MOST_TOKENS, type TraceRow } from "./trace-row.ts";

/** Parsed at a time, so that the first requests of a large trace do not wait for the others. */
const SLICE_CHARS = 1 << 20;

interface Columns {
  at: string;
  promptTokens: string;
  maxTokens: string;
}

/**
 * BurstGPT's format, of 6 or of 8 columns: `Timestamp` in seconds; failed requests have 0 response tokens. Source:
 * github.com/HPMLL/BurstGPT, README "Schema".
 */
export function burstGptRows(text: string, path: string): Generator<TraceRow> {
  const columns = { at: "Timestamp", promptTokens: "Request tokens", maxTokens: "Response tokens" };
  return rowsOf(text, path, columns, (cell) => {
    const seconds = parseDecimal(cell);
    return seconds === null ? null : 1000 * seconds;
  });
}

/**
 * The format of Azure's LLM inference traces of 2023 and 2024, `TIMESTAMP` being a time of day. Source:
 * github.com/Azure/AzurePublicDataset, AzureLLMInferenceDataset2023.md. The images of the trace of 2025 are not looked at.
 */
export function azureRows(text: string, path: string): Generator<TraceRow> {
  const columns = { at: "TIMESTAMP", promptTokens: "ContextTokens", maxTokens: "GeneratedTokens" };
  return rowsOf(text, path, columns, timeOfDayMs);
}

/** The names in a header line. */
export function csvHeader(line: string): string[] {
  return (Papa.parse<string[]>(line.trimEnd(), { delimiter: "," }).data[0] ?? []).map((name) => name.trim());
}

/** `2023-11-16 18:17:03.9799600`, with or without fraction and zone; without a zone UTC. @returns ms, or null */
function timeOfDayMs(cell: string): number | null {
  const match = /^(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d:\d\d)(\.\d+)?(Z|[+-]\d\d:\d\d)?$/.exec(cell);
  if (match === null) return null;
  // Date keeps whole milliseconds only.
  const ms = Date.parse(`${match[1]}T${match[2]}${match[4] ?? "Z"}`) + 1000 * Number(match[3] ?? 0);
  return Number.isNaN(ms) ? null : ms;
}

/** @param atMs the instant in a cell, or null where there is none */
function* rowsOf(
  text: string,
  path: string,
  columns: Columns,
  atMs: (cell: string) => number | null,
): Generator<TraceRow> {
  let places: Record<keyof Columns, number> | undefined;
  for (const { cells, number } of csvLines(text, path)) {
    if (places === undefined) {
      places = {
        at: placeOf(columns.at, cells, path, number),
        promptTokens: placeOf(columns.promptTokens, cells, path, number),
        maxTokens: placeOf(columns.maxTokens, cells, path, number),
      };
      continue;
    }
    const wrong = (column: string, place: number) =>
      usageError(`${path}, line ${number}: ${column} is ${JSON.stringify(cells[place] ?? "")}`);
    const at = atMs(cells[places.at] ?? "");
    if (at === null) throw wrong(columns.at, places.at);
    const promptTokens = tokensOf(cells[places.promptTokens]);
    if (promptTokens === null) throw wrong(columns.promptTokens, places.promptTokens);
    const maxTokens = tokensOf(cells[places.maxTokens]);
    if (maxTokens === null) throw wrong(columns.maxTokens, places.maxTokens);
    yield { atMs: at, promptTokens, maxTokens };
  }
}

function placeOf(column: string, header: readonly string[], path: string, number: number): number {
  const place = header.indexOf(column);
  if (place !== -1) return place;
  throw usageError(`${path}, line ${number}: no column ${JSON.stringify(column)}`);
}

function tokensOf(cell = ""): number | null {
  const tokens = parseDecimal(cell);
  return tokens !== null && Number.isInteger(tokens) && tokens <= MOST_TOKENS ? tokens : null;
}

/** The cells of each line that is not blank, without the blanks around them. Quoted line ends are not known here. */
function* csvLines(text: string, path: string): Generator<{ cells: string[]; number: number }> {
  let number = 0;
  for (let begin = 0; begin < text.length; ) {
    const newline = text.indexOf("\n", begin + SLICE_CHARS);
    const end = newline === -1 ? text.length : newline;
    const slice = text.slice(begin, end);
    begin = end + 1;
    const { data, errors } = Papa.parse<string[]>(slice, { delimiter: ",", newline: "\n" });
    const broken = errors.find((error) => error.type === "Quotes");
    if (broken !== undefined) {
      throw usageError(`${path}, line ${number + (broken.row ?? 0) + 1}: ${broken.message}`);
    }
    for (const row of data) {
      number++;
      const cells = row.map((cell) => cell.trim());
      if (cells.length > 1 || cells[0] !== "") yield { cells, number };
    }
  }
}
