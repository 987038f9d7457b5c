import { readSeries, type SeriesName } from "./series.ts";

export type MetricType = "gauge" | "counter" | "histogram" | "summary" | "untyped";

/** One number of one series. */
export interface Sample extends SeriesName {
  /** The series as the server wrote it. */
  series: string;
  value: number;
  /** The value as the server wrote it. */
  text: string;
}

/** What a server's `/metrics` says. */
export interface Exposition {
  samples: Sample[];
  /** By the name that the TYPE line gives. */
  types: Map<string, MetricType>;
  /** Lines that are none of the format. */
  malformed: number;
}

/** Value, a time stamp or none, an exemplar of OpenMetrics or none. */
const AFTER_SERIES = /^[ \t]+(\S+)(?:[ \t]+[+-]?[\d.]+(?:e[+-]?\d+)?)?(?:[ \t]+#[ \t].*)?[ \t]*$/i;
const DECIMAL = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;
const TYPE_LINE = /^#[ \t]+TYPE[ \t]+(\S+)[ \t]+(\S+)[ \t]*$/;

const TYPES = new Map<string, MetricType>([
  ["gauge", "gauge"],
  ["counter", "counter"],
  ["histogram", "histogram"],
  ["summary", "summary"],
  ["untyped", "untyped"],
  ["unknown", "untyped"],
  // OpenMetrics: their values are constants.
  ["info", "gauge"],
  ["stateset", "gauge"],
]);

/** Reads Prometheus' text format, or OpenMetrics'. Never throws: lines that are neither are counted. */
export function parseExposition(text: string): Exposition {
  const exposition: Exposition = { samples: [], types: new Map(), malformed: 0 };
  for (const ended of text.split("\n")) {
    const line = ended.endsWith("\r") ? ended.slice(0, -1) : ended;
    const start = line.trimStart();
    if (start === "") continue;
    if (start.startsWith("#")) {
      addType(start, exposition);
      continue;
    }
    const sample = sampleOf(start);
    if (sample === null) exposition.malformed++;
    else exposition.samples.push(sample);
  }
  return exposition;
}

/** Every other comment may say what it likes. */
function addType(line: string, exposition: Exposition): void {
  if (!/^#[ \t]+TYPE[ \t]/.test(line)) return;
  const [, name, word] = TYPE_LINE.exec(line) ?? [];
  const type = word === undefined ? undefined : TYPES.get(word);
  if (type === undefined) exposition.malformed++;
  else exposition.types.set(name!, type);
}

function sampleOf(line: string): Sample | null {
  const found = readSeries(line);
  if (found === null) return null;
  const [, text] = AFTER_SERIES.exec(line.slice(found.end)) ?? [];
  if (text === undefined) return null;
  const value = numberOf(text);
  if (value === null) return null;
  return { name: found.name, labels: found.labels, series: line.slice(0, found.end), value, text };
}

/** As Prometheus reads numbers, but for hexadecimal ones. @returns null where it is none */
export function numberOf(text: string): number | null {
  if (DECIMAL.test(text)) return Number(text);
  const [, sign, word] = /^([+-]?)(inf(?:inity)?|nan)$/i.exec(text) ?? [];
  if (word === undefined) return null;
  if (word.toLowerCase() === "nan") return Number.NaN;
  return sign === "-" ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
}
