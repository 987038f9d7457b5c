const JOULES_PER_KWH = 3.6e6;

/** CO2 of an energy, in grams; null where either is not known. */
export function co2Grams(joules: number | null, gridGramsPerKwh: number | null): number | null {
  return joules === null || gridGramsPerKwh === null ? null : (joules / JOULES_PER_KWH) * gridGramsPerKwh;
}
