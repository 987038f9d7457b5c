import { QUANTILES, type QuantileName } from "../../analysis/describe.ts";
import { usageError } from "../../core/errors.ts";
import { parseDecimal, parseDurationMs } from "../../core/units.ts";
import { knownNames, metricNamed } from "./metric-table.ts";
import type { GateResult, ServingSummary, WindowSummary } from "./summary-shape.ts";

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
  operator: "<=" | ">=" | "<" | ">";
  /** ms where the metric is a time. */
  limit: number;
}

/** Figures of a window that are one number. */
const FIGURES: Readonly<Record<string, (w: WindowSummary) => number | null>> = {
  goodput: (w) => w.goodput?.fraction ?? null,
  "goodput-rate": (w) => w.goodput?.perS ?? null,
  "request-throughput": (w) => w.requestThroughputPerS,
  "output-throughput": (w) => w.outputThroughputPerS,
  "failed-share": (w) => (w.requests.total === 0 ? null : w.requests.failed / w.requests.total),
};

const MOMENTS = ["mean", "min", "max", "sd"] as const;
const STATISTICS: readonly string[] = [...MOMENTS, ...Object.keys(QUANTILES)];
const EXAMPLE = "Examples: --gate 'goodput>=0.95' --gate 'ttft.p99<800ms' --gate 'failed-share<0.01'";

/** `goodput>=0.95`, `ttft.p99<800ms`. @throws ToolError USAGE naming what is wrong */
export function parseGate(text: string): Gate {
  const match = /^\s*([A-Za-z][\w-]*)(?:\.([a-z0-9.]+))?\s*(<=|>=|<|>)\s*(\S+)\s*$/.exec(text);
  if (match === null) throw usageError(`--gate "${text}" is no condition`, EXAMPLE);
  const [, given, statistic = null, operator, limitText] = match;
  const metric = metricNamed(given!);
  const figure = metric?.id ?? given!;
  if (metric === undefined && !Object.hasOwn(FIGURES, figure)) {
    throw usageError(`--gate "${text}": there is no "${figure}"`, knownNames(figure, Object.keys(FIGURES)));
  }
  if (metric !== undefined && !STATISTICS.includes(statistic ?? "")) {
    throw usageError(`--gate "${text}": ${figure} needs one of .${STATISTICS.join(", .")}`, EXAMPLE);
  }
  if (metric === undefined && statistic !== null)
    throw usageError(`--gate "${text}": ${figure} is one number and takes no .${statistic}`, EXAMPLE);
  const limit = metric?.unit === "ms" ? parseDurationMs(limitText!, "ms") : parseDecimal(limitText!);
  if (limit === null)
    throw usageError(
      `--gate "${text}": "${limitText}" is no ${metric?.unit === "ms" ? "time" : "number"}`,
      EXAMPLE,
    );
  return { text: text.trim(), figure, statistic, operator: operator as Gate["operator"], limit };
}

/** Each gate over the steady window, or over the whole run where there is none. */
export function judgeGates(
  gates: readonly Gate[],
  summary: Pick<ServingSummary, "whole" | "steady">,
): GateResult[] {
  const window = summary.steady ?? summary.whole;
  return gates.map((gate) => {
    const figure = window === null ? null : figureOf(gate, window);
    if (figure === null)
      return { gate: gate.text, passed: false, value: null, isLowerBound: false, isKnown: false };
    return { gate: gate.text, ...figure, ...judge(gate, figure) };
  });
}

/** A figure, or what it is at least. */
interface Figure {
  value: number;
  isLowerBound: boolean;
}

/** A lower bound decides once it is past the limit, and is not known to be within it. What is not known passes no gate. */
function judge(
  { operator, limit }: Gate,
  { value, isLowerBound }: Figure,
): { passed: boolean; isKnown: boolean } {
  const holds = OPERATORS[operator](value, limit);
  const isKnown = !isLowerBound || holds === operator.startsWith(">");
  return { passed: holds && isKnown, isKnown };
}

function figureOf({ figure, statistic }: Gate, window: WindowSummary): Figure | null {
  if (statistic === null) return exact(FIGURES[figure]!(window));
  const metric = window.metrics[figure];
  if (!metric) return null;
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
      return exact(metric.min);
    case "sd":
      return exact(metric.sd);
  }
}

function exact(value: number | null): Figure | null {
  return value === null ? null : { value, isLowerBound: false };
}
