import type { Price } from "./price-sheet.ts";

/** After so many days a price may be another. */
const OLD_DAYS = 90;
const DAY_MS = 86_400_000;

/**
 * Warns of a price that was read long before the run.
 * @param nowUnixMs when the run was made
 */
export function oldPriceWarnings(
  price: Price | null,
  nowUnixMs: number,
): { code: string; message: string; hint: string }[] {
  if (price === null || price.date === null) return [];
  const days = Math.floor((nowUnixMs - Date.parse(`${price.date}T00:00:00Z`)) / DAY_MS);
  if (days <= OLD_DAYS) return [];
  return [
    {
      code: "old-price",
      message: `the price of ${price.name} was read on ${price.date}, ${days} days before this run`,
      hint: "Give today's with --price-per-hour, or your own --price-sheet.",
    },
  ];
}
