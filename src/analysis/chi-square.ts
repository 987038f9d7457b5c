import { regularizedGamma } from "./incomplete-gamma.ts";

/**
 * The x with P(X ≤ x) = `probability` for X chi-square, by bisection of P(k/2, x/2) (Abramowitz & Stegun 26.4.19).
 * @param degrees degrees of freedom k, above 0
 * @param probability in (0, 1)
 */
export function chiSquareQuantile(degrees: number, probability: number): number {
  const below = (x: number) => regularizedGamma(degrees / 2, x / 2).lower;
  let low = 0;
  let high = degrees + 1;
  while (below(high) < probability) high *= 2;
  for (;;) {
    const middle = (low + high) / 2;
    if (middle <= low || middle >= high || high - low < 1e-13 * high) return middle;
    if (below(middle) < probability) low = middle;
    else high = middle;
  }
}
