import type { Span } from "../../analysis/energy.ts";
import type { GpuSummary } from "../gpu/summary.ts";
import { overSpan } from "./energy.ts";
import type { NamedEnergy } from "./group.ts";

const SOURCES = { counter: "counter (driver)", power: "power readings (trapezoid)" };

/** What a GPU took in the span that its figures are for. */
export function gpuEnergy({ index, n, energy, notMeasured }: GpuSummary, span: Span): NamedEnergy {
  const name = `GPU ${index}`;
  if (n > 0 && energy === null && notMeasured.powerW !== undefined)
    return { name, energy: { joules: null, reason: `the driver gives no power: ${notMeasured.powerW}` } };
  return { name, energy: overSpan(span, energy, SOURCES[energy?.source ?? "power"]) };
}
