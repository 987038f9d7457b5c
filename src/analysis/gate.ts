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
  unit: GateUnit;
  /** In that unit. */
  limit: number;
}

export interface GateResult {
  gate: string;
  passed: boolean;
  /** null: not measured, which passes no gate. */
  value: number | null;
  /** Of value and limit; shares are fractions. */
  unit: GateUnit;
  limit: number;
  /** It is a quantile of so few that it is not to be trusted. */
  small: boolean;
  /** The figure is at least `value`: requests were unfinished. */
  isLowerBound: boolean;
  /** Whether `value` decides: not where it was not measured, nor where it is a lower bound that is still within the limit. */
  isKnown: boolean;
}

/** A figure, or what it is at least. */
export interface GateFigure {
  value: number;
  isLowerBound: boolean;
  /** A quantile of too few. */
  small: boolean;
}

/** What a benchmark's conditions may be about. */
export interface GateNames {
  /** A metric that has a distribution, by any of its names. */
  metric: (name: string) => { id: string; unit: GateUnit } | undefined;
  /** Figures that are one number. */
  figures: Readonly<Record<string, GateUnit>>;
  /** What to say of a name that is none. */
  known: (name: string) => string;
  example: string;
}

/** What conditions are in; limits and values. */
export type GateUnit = "ms" | "bytes/s" | "share" | "tokens" | "req/s" | "tok/s" | "number";

/** `10tok/s`, or the number alone. */
function rate(unit: string) {
  const parse = (text: string) =>
    parseDecimal(text.endsWith(unit) ? text.slice(0, -unit.length).trim() : text);
  return { parse, noun: `number of ${unit}` };
}

const asNumber = { parse: (text: string) => parseDecimal(text), noun: "number" };

/** How limits are written, by the unit of what they limit. */
const LIMITS: Readonly<Record<GateUnit, { parse: (text: string) => number | null; noun: string }>> = {
  ms: { parse: (text) => parseDurationMs(text, "ms"), noun: "time" },
  "bytes/s": { parse: (text) => parseSizeBytes(text.replace(/\/s$/, "")), noun: "size such as 2GB" },
  share: { parse: parseShare, noun: "share such as 0.9 or 90%" },
  tokens: asNumber,
  "req/s": rate("req/s"),
  "tok/s": rate("tok/s"),
  number: asNumber,
};

const MOMENTS = ["mean", "min", "max", "sd"] as const;
const STATISTICS: readonly string[] = [...MOMENTS, ...Object.keys(QUANTILES)];

/** `goodput>=0.95`, `ttft.p99<800ms`. @throws ToolError USAGE naming what is wrong */
export function parseGateOf(text: string, { metric: metricNamed, figures, known, example }: GateNames): Gate {
  const match =
    /^\s*([A-Za-z][\w-]*)(?:\.([a-z0-9.]+))?\s*(<=|>=|<|>)\s*(\S+(?: (?:%|req\/s|tok\/s))?)\s*$/.exec(text);
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
  const { parse, noun } = LIMITS[unit];
  const limit = parse(limitText!);
  if (limit === null) throw usageError(`--gate "${text}": "${limitText}" is no ${noun}`, example);
  if (unit === "share" && limit > 1)
    throw usageError(
      `--gate "${text}": a share is at most 1, which is 100 %`,
      limit <= 100 && !limitText!.endsWith("%") ? `Did you mean ${given}${operator}${limit}%?` : example,
    );
  return { text: text.trim(), figure, statistic, operator: operator as Gate["operator"], unit, limit };
}

/** `0.9`, `90%`. */
function parseShare(text: string): number | null {
  const percent = /^(.*?) ?%$/.exec(text)?.[1];
  if (percent === undefined) return parseDecimal(text);
  const value = parseDecimal(percent);
  return value === null ? null : value / 100;
}

const NOT_MEASURED = { passed: false, value: null, small: false, isLowerBound: false, isKnown: false };

/** Each gate with its outcome. @param figureOf null: not measured */
export function judgeEach(gates: readonly Gate[], figureOf: (gate: Gate) => GateFigure | null): GateResult[] {
  return gates.map((gate) => {
    const figure = figureOf(gate);
    const { text, unit, limit } = gate;
    return figure === null
      ? { gate: text, unit, limit, ...NOT_MEASURED }
      : { gate: text, unit, limit, ...figure, ...judge(gate, figure) };
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
    const { value, isLowerBound, small } = metric.quantiles[statistic as QuantileName];
    return { value, isLowerBound, small };
  }
  switch (statistic as (typeof MOMENTS)[number]) {
    case "mean":
      return { value: metric.mean, isLowerBound: metric.meanIsLowerBound, small: false };
    case "max":
      return { value: metric.max, isLowerBound: metric.maxIsLowerBound, small: false };
    case "min":
      return exactFigure(metric.min);
    case "sd":
      return exactFigure(metric.sd);
  }
}

/** A number that is what it is, if it is known. */
export function exactFigure(value: number | null): GateFigure | null {
  return value === null ? null : { value, isLowerBound: false, small: false };
}
