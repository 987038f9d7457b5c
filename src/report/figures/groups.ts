import type { Rect, TextSpot } from "./layout.ts";
import type { Groups } from "./spec.ts";
import { fitted } from "./text-fit.ts";
import type { Ruler } from "./ticks.ts";
import { FONTS, LINE } from "./typography.ts";

/** Between the texts of neighbours. */
const GAP_PX = 14;

/** Groups side by side, one unit each; without ticks. */
export function groupRuler({ groups }: Groups): Ruler {
  return {
    min: -0.5,
    max: groups.length - 0.5,
    ticks: [],
    of: (value) => value,
    valueAt: (position) => position,
  };
}

export function groupsHeight({ groups }: Groups): number {
  return Math.max(...groups.map((lines) => lines.length)) * FONTS.tick.px * LINE;
}

/** The texts under the groups, each line cut to its group's width. @param under its top is `y` */
export function groupSpots({ groups }: Groups, under: Omit<Rect, "height">): TextSpot[] {
  const width = under.width / groups.length;
  return groups.flatMap((lines, i) =>
    lines.map((text, line): TextSpot => {
      const font = { ...FONTS.tick, bold: line === 0 };
      return {
        text: fitted(text, font, width - GAP_PX),
        x: under.x + (i + 0.5) * width,
        y: under.y + (line + 0.5) * FONTS.tick.px * LINE,
        font,
        align: "center",
        role: line === 0 ? "text" : "muted",
      };
    }),
  );
}
