import type { Figure } from "../spec.ts";
import { plain } from "../ticks.ts";

/** Units of a time axis, with the longest span that each one is for. */
const UNITS = [
  { name: "s", seconds: 1, upToS: 600 },
  { name: "min", seconds: 60, upToS: 3 * 3600 },
  { name: "h", seconds: 3600, upToS: Number.POSITIVE_INFINITY },
] as const;

/** An axis from 0 to a number of seconds, in the unit that suits it. */
export function timeAxis(lastS: number, since: string): { axis: Figure["x"]; unitS: number } {
  const { name, seconds } = UNITS.find(({ upToS }) => lastS <= upToS)!;
  return {
    axis: {
      name: `Time ${since}, ${name}`,
      scale: "linear",
      domain: [0, Math.max(lastS / seconds, 1e-3)],
      tight: true,
      format: plain,
    },
    unitS: seconds,
  };
}
