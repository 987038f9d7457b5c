import { QUANTILES } from "../../analysis/describe.ts";
import { usageError } from "../../core/errors.ts";
import { nearest } from "../../core/nearest.ts";
import { parseDecimal, parseDurationMs } from "../../core/units.ts";
import { metricTable } from "./metric-table.ts";
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

const STATISTICS = ["mean", "min", "max", "sd", ...Object.keys(QUANTILES)];
const EXAMPLE = "Examples: --gate 'goodput>=0.95' --gate 'ttft.p99<800ms' --gate 'failed-share<0.01'";

/** `goodput>=0.95`, `ttft.p99<800ms`. @throws ToolError USAGE naming what is wrong */
export function parseGate(text: string): Gate {
  const match = /^\s*([A-Za-z][\w-]*)(?:\.([a-z0-9.]+))?\s*(<=|>=|<|>)\s*(\S+)\s*$/.exec(text);
  if (match === null) throw usageError(`--gate "${text}" is no condition`, EXAMPLE);
  const [, given, statistic = null, operator, limitText] = match;
  const metric = metricTable.find(({ id }) => id.toLowerCase() === given!.toLowerCase().replaceAll("-", ""));
  const figure = metric?.id ?? given!;
  if (metric === undefined && !Object.hasOwn(FIGURES, figure)) {
    const known = [...Object.keys(FIGURES), ...metricTable.map(({ id }) => id)];
    const close = nearest(figure, known);
    throw usageError(
      `--gate "${text}": there is no "${figure}"`,
      close === undefined ? `Known: ${known.join(", ")}.` : `Did you mean ${close}?`,
    );
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
    const value = window === null ? null : figureOf(gate, window);
    return { gate: gate.text, passed: value !== null && OPERATORS[gate.operator](value, gate.limit), value };
  });
}

function figureOf({ figure, statistic }: Gate, window: WindowSummary): number | null {
  if (statistic === null) return FIGURES[figure]!(window);
  const metric = window.metrics[figure];
  if (!metric) return null;
  if (statistic in QUANTILES) return metric.quantiles[statistic as keyof typeof QUANTILES].value;
  return metric[statistic as "mean" | "min" | "max" | "sd"];
}
