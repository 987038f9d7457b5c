import type { Bounded } from "../analysis/bounded.ts";
import { formatNumber, significant } from "../core/units.ts";

export { counted, percentBeside } from "../core/units.ts";

/** A measured number for a table: three significant digits, whole from 1,000 on; `-` for what was not measured. */
export function measured(value: number | null | undefined): string {
  if (value === null || value === undefined) return "-";
  if (Math.abs(value) >= 999.5) return formatNumber(value);
  // Below a thousandth of the unit the digits are the clock's, not the server's.
  return Math.abs(value) < 0.0005 ? "0" : significant(value, Math.abs(value) < 1 ? 2 : 3);
}

/** A count, `-` where it is not known. */
export function countText(n: number | null): string {
  return n === null ? "-" : formatNumber(n);
}

/** A measured number, marked where it is only a lower bound. */
export function measuredOrMore(value: number, isLowerBound: boolean): string {
  return `${isLowerBound ? "≥" : ""}${measured(value)}`;
}

/** Of an interval; `?`: it has no bound on that side, as where n is too small for one. */
export function bound(value: number | null): string {
  return value === null ? "?" : measured(value);
}

/** With its interval where it has one: `830 [796 to 864]`. */
export function boundedText({ value, low, high }: Bounded): string {
  return measured(value) + intervalText(low, high);
}

/** What follows a figure: ` [796 to 864]`; nothing where it has no interval. */
export function intervalText(low: number | null, high: number | null): string {
  return low === null && high === null ? "" : ` [${bound(low)} to ${bound(high)}]`;
}

/** A share as a percentage with one decimal. */
export function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}
