import type { LegendEntry } from "./spec.ts";
import { fitted, textWidth } from "./text-fit.ts";
import { FONTS } from "./typography.ts";

/** An entry of the key and where it stands: `y` is its middle. */
export interface LegendSpot {
  entry: LegendEntry;
  /** Left end of the sample. */
  x: number;
  y: number;
  /** The text, cut where it is longer than a row. */
  text: string;
  textX: number;
}

export const SAMPLE_PX = 30;
const FONT = FONTS.legend;
const TEXT_GAP = 7;
const ENTRY_GAP = 22;
const ROW_PX = 20;

/** Rows of entries, as many in each as there is room for. */
export function legendSpots(
  entries: readonly LegendEntry[],
  { x, y, width }: { x: number; y: number; width: number },
): { spots: LegendSpot[]; endY: number } {
  const spots: LegendSpot[] = [];
  let at = x;
  let middle = y + ROW_PX / 2;
  for (const entry of entries) {
    const text = fitted(entry.text, FONT, width - SAMPLE_PX - TEXT_GAP);
    const size = SAMPLE_PX + TEXT_GAP + textWidth(text, FONT);
    if (at > x && at + size > x + width) {
      at = x;
      middle += ROW_PX;
    }
    spots.push({ entry, x: at, y: middle, text, textX: at + SAMPLE_PX + TEXT_GAP });
    at += size + ENTRY_GAP;
  }
  return { spots, endY: entries.length === 0 ? y : middle + ROW_PX / 2 };
}

/** One row that ends at `right`. */
export function legendRow(entries: readonly LegendEntry[], right: number, middle: number): LegendSpot[] {
  const sizes = entries.map(({ text }) => SAMPLE_PX + TEXT_GAP + textWidth(text, FONT));
  let at = right - sizes.reduce((sum, size) => sum + size, 0) - ENTRY_GAP * Math.max(0, entries.length - 1);
  return entries.map((entry, i) => {
    const spot = { entry, x: at, y: middle, text: entry.text, textX: at + SAMPLE_PX + TEXT_GAP };
    at += sizes[i]! + ENTRY_GAP;
    return spot;
  });
}
