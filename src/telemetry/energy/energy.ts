import type { Span, SpanEnergy } from "../../analysis/energy.ts";

/** Energy that something took in a span, or why that is not known. */
export type Energy =
  | {
      joules: number;
      /** What the distance of the readings leaves open; null where that cannot be said. The sensor's own error is not in it. */
      standardErrorJ: number | null;
      /** How it was measured, e.g. `counter (RAPL)`. */
      source: string;
    }
  | { joules: null; reason: string };

/** Readings that cover less of a span than this say too little about the rest of it. */
const LEAST_COVERAGE = 0.95;

/**
 * The energy of a whole span from that of its covered part, taken to go on at the same mean power in the rest.
 * @param found null: no readings
 */
export function overSpan(
  span: Span,
  found: (Pick<SpanEnergy, "joules" | "coveredS"> & { standardErrorJ: number | null }) | null,
  source: string,
): Energy {
  const spanS = (span.toMs - span.fromMs) / 1000;
  if (found === null) return { joules: null, reason: "no readings inside the window" };
  const { coveredS, joules, standardErrorJ } = found;
  if (!(coveredS >= LEAST_COVERAGE * spanS))
    return { joules: null, reason: `readings cover ${coveredS.toFixed(1)} of ${spanS.toFixed(1)} s` };
  const scale = spanS / coveredS;
  return {
    joules: joules * scale,
    standardErrorJ: standardErrorJ === null ? null : standardErrorJ * scale,
    source,
  };
}

/** Mean power over a span of `spanS` seconds, in W; null where the energy is not known. */
export function meanPowerW(energy: Energy, spanS: number): number | null {
  return energy.joules === null ? null : energy.joules / spanS;
}
