import { formatNumber } from "../../../../core/units.ts";
import type { Column } from "./rows.ts";

/** A cell's text; `-` for what is absent. */
export function cellText({ kind, names, values, unit }: Column, row: number): string {
  const value = values[row]!;
  if (Number.isNaN(value)) return "-";
  if (kind === "name") return names?.[value] || "-";
  if (kind === "count") return formatNumber(value);
  return unit === "s" ? formatNumber(value / 1000, 3) : formatNumber(value, 2);
}
