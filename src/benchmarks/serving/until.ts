import { QUANTILES, type QuantileName } from "../../analysis/describe.ts";
import { usageError } from "../../core/errors.ts";
import { parseDecimal } from "../../core/units.ts";
import { knownNames, type MetricDefinition, metricNamed } from "./metric-table.ts";

/** A figure and how well it has to be known before a run may end. */
export interface UntilCondition {
  /** As it was written. */
  text: string;
  /** Its id in the metric table. */
  metric: string;
  statistic: "mean" | QuantileName;
  /** Half of the 95 % interval over the value, at the most: 0.05 is ± 5 %. */
  share: number;
}

/** How a condition stood when it was last looked at, over the steady window of what was finished by then. */
export interface UntilOutcome {
  condition: string;
  /** Whether it held. */
  reached: boolean;
  /** null where there was none yet. */
  value: number | null;
  unit: MetricDefinition["unit"];
  /** null where the interval lacked a bound. */
  relativeHalfWidth: number | null;
  /** When that was, ms after the first intended send; null where too little was finished to look. */
  atMs: number | null;
}

const EXAMPLE = "Example: --until ttft.p99:5% (known to ± 5 %), --until tpot.mean:2%";
const STATISTICS: readonly string[] = ["mean", ...Object.keys(QUANTILES)];

/** `ttft.p99:5%`. @throws ToolError USAGE naming what is wrong */
export function parseUntil(text: string): UntilCondition {
  const match = /^\s*([A-Za-z][\w-]*)(?:\.([a-z0-9.]+))?\s*:\s*([\d.]+)\s*%\s*$/.exec(text);
  if (match === null) throw usageError(`--until "${text}" is no condition`, EXAMPLE);
  const [, name, statistic = "", percentText] = match;
  const metric = metricNamed(name!);
  if (metric === undefined) {
    throw usageError(`--until "${text}": there is no "${name}"`, knownNames(name!));
  }
  if (!STATISTICS.includes(statistic)) {
    throw usageError(`--until "${text}": ${metric.id} needs one of .${STATISTICS.join(", .")}`, EXAMPLE);
  }
  const percent = parseDecimal(percentText!);
  if (percent === null || percent <= 0 || percent >= 100) {
    throw usageError(`--until "${text}": ${percentText} % is not between 0 and 100 %`, EXAMPLE);
  }
  return {
    text: text.trim(),
    metric: metric.id,
    statistic: statistic as "mean" | QuantileName,
    share: percent / 100,
  };
}
