import type { Steadiness } from "../analysis/steadiness.ts";
import type { ServingSummary, WindowSummary } from "../benchmarks/serving/summary-shape.ts";
import { formatDuration, formatNumber } from "../core/units.ts";
import { measured, percent } from "./numbers.ts";

/** Pauses inside answers. */
export function stallLines({ stalls }: WindowSummary): string[] {
  if (stalls === null) return [];
  const { thresholdMs, answers, withStall, share, low, high } = stalls;
  const over = `over ${formatDuration(thresholdMs)}`;
  const all = `${formatNumber(answers)} answers`;
  return [
    stalls.stalls === 0
      ? `Stalls      none ${over} in ${all}`
      : `Stalls      ${formatNumber(stalls.stalls)} ${over}, in ${formatNumber(withStall)} of ${all}: ${percent(share)} [${percent(low)} to ${percent(high)}]`,
  ];
}

/** Whether the steady window is one. */
export function steadinessLines(steady: WindowSummary | null): string[] {
  const { ttft = null, inFlight = null } = steady?.steadiness ?? {};
  const parts = [steadinessText("TTFT", ttft), steadinessText("in flight", inFlight)].filter(
    (part) => part !== null,
  );
  return parts.length === 0 ? [] : [`Steadiness  ${parts.join(" · ")}`];
}

function steadinessText(name: string, steadiness: Steadiness | null): string | null {
  if (steadiness === null) return null;
  const { verdict, drift, pValue } = steadiness;
  const change = drift === null ? "" : `${drift > 0 ? "+" : ""}${(100 * drift).toFixed(0)} %, `;
  return `${name} ${verdict} (${change}p ${pValue < 0.001 ? "< 0.001" : pValue.toFixed(3)})`;
}

/** The conditions of `--until`, each as it stood when the run stopped. */
export function untilLines({ until }: ServingSummary): string[] {
  return until.map(({ condition, reached, value, unit, relativeHalfWidth: width, atMs }) => {
    const figure = value === null ? "not measured" : `${measured(value)} ${unit}`;
    const known = width === null ? "no interval yet" : `± ${percent(width)}`;
    const when = atMs === null ? "" : ` after ${formatDuration(atMs)}`;
    return `Until       ${condition} ${reached ? "reached" : "NOT reached"}${when} (${figure}, ${known})`;
  });
}
