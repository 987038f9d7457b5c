import { regularizedGamma } from "./incomplete-gamma.ts";

/** The standard normal's 97.5 % point: 95 % lie within ± this many sd. */
export const Z95 = 1.959963984540054;

/** Φ(z) = P(Z ≤ z) of the standard normal, exact also far down the lower tail. Source: DLMF 7.11.1, 8.4.1: P(½, z²/2) = erf(z/√2). */
export function normalCdf(z: number): number {
  const { lower, upper } = regularizedGamma(0.5, (z * z) / 2);
  return z < 0 ? upper / 2 : (1 + lower) / 2;
}
