import { formatNumber } from "../../core/units.ts";
import type { LoadSeries } from "./load-points.ts";

/** The sample sizes of points in a few words: `5 loads, n = 118 to 402 requests each`. */
export function sizesOf(series: readonly LoadSeries[]): string {
  return series
    .map(({ name, points }) => {
      const sizes = points.map(({ n }) => n);
      const [least, most] = [Math.min(...sizes), Math.max(...sizes)].map((n) => formatNumber(n));
      const each = least === most ? `n = ${least}` : `n = ${least} to ${most}`;
      const loads =
        points.length === 1 ? `${each} requests` : `${points.length} loads, ${each} requests each`;
      return series.length === 1 ? loads : `${name}: ${loads}`;
    })
    .join(" · ");
}
