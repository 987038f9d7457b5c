import { formatNumber } from "../../../core/units.ts";

/** The unit for an axis of times whose largest is this, and its length in ms. */
export function durationUnit(mostMs: number): { unit: string; ms: number } {
  if (mostMs >= 10_000) return { unit: "s", ms: 1000 };
  return mostMs > 0 && mostMs < 0.5 ? { unit: "µs", ms: 0.001 } : { unit: "ms", ms: 1 };
}

export function microbatchCount(n: number): string {
  return `${formatNumber(n)} microbatch${n === 1 ? "" : "es"}`;
}

/** A name or an address of at most so many characters: its middle is left out, since what tells several apart is often at the end. */
export function shortened(text: string, most: number): string {
  const characters = [...text];
  if (characters.length <= most) return text;
  const head = Math.ceil((most - 1) / 2);
  return `${characters.slice(0, head).join("")}…${characters.slice(head + 1 - most).join("")}`;
}
