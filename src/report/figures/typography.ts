/** A text's size and weight. */
export interface Font {
  px: number;
  bold: boolean;
}

export const FONTS = {
  title: { px: 20, bold: true },
  subtitle: { px: 13, bold: false },
  caution: { px: 13, bold: true },
  panel: { px: 12.5, bold: true },
  tick: { px: 11.5, bold: false },
  legend: { px: 12, bold: false },
  fact: { px: 11, bold: false },
} as const satisfies Record<string, Font>;

/** Height of a line over its font's size. */
export const LINE = 1.4;
