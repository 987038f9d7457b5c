import type { Span } from "../../analysis/energy.ts";
import type { GpuSummary } from "../gpu/summary.ts";
import { overSpan } from "./energy.ts";
import type { NamedEnergy } from "./group.ts";

/** What a GPU took in the span that its figures are for, by the mean of its power readings. */
export function gpuEnergy({ index, n, periodMs, powerW }: GpuSummary, span: Span): NamedEnergy {
  const name = `GPU ${index}`;
  if (n > 0 && powerW === null)
    return { name, energy: { joules: null, reason: "the driver gives no power" } };
  // Up to a period before the first reading and one after the last are the readings' own.
  const coveredS = Math.min(((n + 1) * (periodMs ?? 0)) / 1000, (span.toMs - span.fromMs) / 1000);
  const found = powerW === null ? null : { joules: powerW.mean * coveredS, coveredS, standardErrorJ: null };
  return { name, energy: overSpan(span, found, "mean power × time") };
}
