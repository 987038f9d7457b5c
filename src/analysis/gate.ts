import { usageError } from "../core/errors.ts";
import { parseDecimal, parseDurationMs, parseSizeBytes } from "../core/units.ts";
import { type Distribution, QUANTILES, type QuantileName } from "./describe.ts";

const OPERATORS = {
  "<=": (a: number, b: number) => a <= b,
  ">=": (a: number, b: number) => a >= b,
  "<": (a: number, b: number) => a < b,
  ">": (a: number, b: number) => a > b,
} as const;

/** A condition on a result, e.g. `ttft.p99<800ms`. */
export interface Gate {
  /** As it was written. */
  text: string;
  figure: string;
  /** For metrics: mean, min, max, sd or a quantile; null for plain figures. */
  statistic: string | null;
  operator: keyof typeof OPERATORS;
  /** ms where the metric is a time. */
  limit: number;
}

export interface GateResult {
  gate: string;
  passed: boolean;
  /** null: not measured, which passes no gate. */
  value: number | null;
  /** The figure is at least `value`: requests were unfinished. */
  isLowerBound: boolean;
  /** Whether `value` decides: not where it was not measured, nor where it is a lower bound that is still within the limit. */
  isKnown: boolean;
}

/** A figure, or what it is at least. */
export interface GateFigure {
  value: number;
  isLowerBound: boolean;
}

/** What a benchmark's conditions may be about. */
export interface GateNames {
  /** A metric that has a distribution, by any of its names. */
  metric: (name: string) => { id: string; unit: string } | undefined;
  /** Figures that are one number, and what their limits are. */
  figures: Readonly<Record<string, "number" | "bytes">>;
  /** What to say of a name that is none. */
  known: (name: string) => string;
  example: string;
}

/** How limits are written, by the unit of what they limit. */
const LIMITS: Readonly<Record<string, { parse: (text: string) => number | null; noun: string }>> = {
  ms: { parse: (text) => parseDurationMs(text, "ms"), noun: "time" },
  bytes: { parse: parseSizeBytes, noun: "size" },
  number: { parse: (text) => parseDecimal(text), noun: "number" },
};

const MOMENTS = ["mean", "min", "max", "sd"] as const;
const STATISTICS: readonly string[] = [...MOMENTS, ...Object.keys(QUANTILES)];

/** `goodput>=0.95`, `ttft.p99<800ms`. @throws ToolError USAGE naming what is wrong */
export function parseGateOf(text: string, { metric: metricNamed, figures, known, example }: GateNames): Gate {
  const match = /^\s*([A-Za-z][\w-]*)(?:\.([a-z0-9.]+))?\s*(<=|>=|<|>)\s*(\S+)\s*$/.exec(text);
  if (match === null) throw usageError(`--gate "${text}" is no condition`, example);
  const [, given, statistic = null, operator, limitText] = match;
  const metric = metricNamed(given!);
  const figure = metric?.id ?? given!;
  if (metric === undefined && !Object.hasOwn(figures, figure))
    throw usageError(`--gate "${text}": there is no "${figure}"`, known(figure));
  if (metric !== undefined && !STATISTICS.includes(statistic ?? ""))
    throw usageError(`--gate "${text}": ${figure} needs one of .${STATISTICS.join(", .")}`, example);
  if (metric === undefined && statistic !== null)
    throw usageError(`--gate "${text}": ${figure} is one number and takes no .${statistic}`, example);
  const unit = metric?.unit ?? figures[figure]!;
  const { parse, noun } = LIMITS[unit] ?? LIMITS.number!;
  const limit = parse(limitText!);
  if (limit === null) throw usageError(`--gate "${text}": "${limitText}" is no ${noun}`, example);
  return { text: text.trim(), figure, statistic, operator: operator as Gate["operator"], limit };
}

/** Each gate with its outcome. @param figureOf null: not measured */
export function judgeEach(gates: readonly Gate[], figureOf: (gate: Gate) => GateFigure | null): GateResult[] {
  return gates.map((gate) => {
    const figure = figureOf(gate);
    if (figure === null)
      return { gate: gate.text, passed: false, value: null, isLowerBound: false, isKnown: false };
    return { gate: gate.text, ...figure, ...judge(gate, figure) };
  });
}

/** A lower bound decides once it is past the limit, and is not known to be within it. What is not known passes no gate. */
function judge(
  { operator, limit }: Gate,
  { value, isLowerBound }: GateFigure,
): { passed: boolean; isKnown: boolean } {
  const holds = OPERATORS[operator](value, limit);
  const isKnown = !isLowerBound || holds === operator.startsWith(">");
  return { passed: holds && isKnown, isKnown };
}

/** A metric's statistic. */
export function statisticOf(metric: Distribution, statistic: string): GateFigure | null {
  if (statistic in QUANTILES) {
    const { value, isLowerBound } = metric.quantiles[statistic as QuantileName];
    return { value, isLowerBound };
  }
  switch (statistic as (typeof MOMENTS)[number]) {
    case "mean":
      return { value: metric.mean, isLowerBound: metric.meanIsLowerBound };
    case "max":
      return { value: metric.max, isLowerBound: metric.maxIsLowerBound };
    case "min":
      return exactFigure(metric.min);
    case "sd":
      return exactFigure(metric.sd);
  }
}

/** A number that is what it is, if it is known. */
export function exactFigure(value: number | null): GateFigure | null {
  return value === null ? null : { value, isLowerBound: false };
}
