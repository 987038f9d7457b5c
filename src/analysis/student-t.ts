import { regularizedBeta } from "./incomplete-beta.ts";

/**
 * The two-sided critical value t of Student's distribution: P(|T| ≤ t) = `coverage`.
 * Found by bisection on P(|T| > t) = I_(ν/(ν+t²))(ν/2, 1/2) (DLMF 8.17, Abramowitz & Stegun 26.7.1).
 * @param degrees degrees of freedom ν, at least 1
 * @param coverage in (0, 1), e.g. 0.95
 */
export function studentT(degrees: number, coverage: number): number {
  const tailOf = (t: number) => regularizedBeta(degrees / (degrees + t * t), degrees / 2, 0.5);
  const tail = 1 - coverage;
  let low = 0;
  let high = 2;
  while (tailOf(high) > tail) high *= 2;
  for (;;) {
    const middle = (low + high) / 2;
    if (middle <= low || middle >= high || high - low < 1e-13 * high) return middle;
    if (tailOf(middle) > tail) low = middle;
    else high = middle;
  }
}
