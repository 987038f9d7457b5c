/** What a machine of so many dollars an hour costs in so many seconds. */
export function costUsd(usdPerHour: number, durationS: number): number {
  return (usdPerHour * durationS) / 3600;
}

/** What a million tokens cost on such a machine that makes so many a second; null where it makes none. */
export function usdPerMTokens(usdPerHour: number, tokensPerS: number): number | null {
  return amountPer(costUsd(usdPerHour, 1), tokensPerS, 1e6);
}

/** An amount for each million (or thousand, …) of what there are `count` of; null where there are none. */
export function amountPer(amount: number, count: number, scale: number): number | null {
  return count > 0 ? (amount * scale) / count : null;
}
