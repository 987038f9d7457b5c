import type { Point } from "./spec.ts";

/**
 * Labels along a curve in the order in which they are given a place, as not all may have one: the two ends, the knee, and then those that halve
 * what lies between, so that whatever has no room any more leaves labels that are evenly spread.
 */
export function labelOrder<Label extends { at: Point }>(labels: readonly Label[]): Label[] {
  if (labels.length < 3) return [...labels];
  const last = labels.length - 1;
  const knee = kneeOf(labels.map(({ at }) => at));
  const order = [0, last, ...(knee === null ? [] : [knee])];
  const gaps: [number, number][] =
    knee === null
      ? [[0, last]]
      : [
          [0, knee],
          [knee, last],
        ];
  for (let gap = gaps.shift(); gap !== undefined; gap = gaps.shift()) {
    const [from, to] = gap;
    if (to - from < 2) continue;
    const middle = Math.floor((from + to) / 2);
    order.push(middle);
    gaps.push([from, middle], [middle, to]);
  }
  return order.map((place) => labels[place]!);
}

/** The point farthest from the line between the ends, with both axes of one length; null where none lies off it. */
function kneeOf(points: readonly Point[]): number | null {
  const [[x0, y0], [x1, y1]] = [points[0]!, points.at(-1)!];
  const [width, height] = [x1 - x0, y1 - y0];
  if (width === 0 || height === 0) return null;
  const away = points.map(([x, y]) => Math.abs((x - x0) / width - (y - y0) / height));
  const most = Math.max(...away);
  return most === 0 ? null : away.indexOf(most);
}
