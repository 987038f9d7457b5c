import type { Axis } from "../../../figures/spec.ts";
import { type Ruler, rulerOf } from "../../../figures/ticks.ts";

/** Values that are shown of an axis, from and to. */
export type View = readonly [number, number];

/** An axis is zoomed in to no less than this share of its values, where ticks still have digits to be told apart. */
export const LEAST_WIDTH = 1e-4;

/** Over a smaller ratio a logarithmic axis has its ticks at even values: powers of ten would be too few. */
const LEAST_LOG_RATIO = 12;

/** One alone does not say how far anything is. */
const LEAST_TICKS = 2;
/** Asked for six ticks, a ruler's step is at most half of what it shows; without two even then, its values are too close to be told apart. */
const ENOUGH = 6;

/**
 * The axis as drawn: all of it as in every other form of the figure, or a part of it with ticks of its own, two of them at least.
 * @param most how many ticks there is room for
 */
export function rulerFor(axis: Axis, view: View | null, most: number): Ruler {
  if (view === null) return rulerOf(axis, most);
  const [low, high] = view;
  const isLog = axis.scale === "log";
  const scale = isLog && high / low >= LEAST_LOG_RATIO ? "log" : "linear";
  const place = (value: number) => (isLog ? Math.log10(Math.max(value, Number.MIN_VALUE)) : value);
  return {
    min: place(low),
    max: place(high),
    ticks: ticksInside(scale, view, Math.max(LEAST_TICKS, most)).map(place),
    of: place,
    valueAt: (position) => (isLog ? Number((10 ** position).toPrecision(12)) : position),
  };
}

/** Round values inside: a ruler ends at round values outside of what it shows, so that the first one with room for `most` may have none. */
function ticksInside(scale: Axis["scale"], [low, high]: View, most: number): number[] {
  for (let asked = most; ; asked++) {
    const ruler = rulerOf({ scale, domain: [low, high], format: String }, asked);
    const inside = ruler.ticks.map(ruler.valueAt).filter((value) => value >= low && value <= high);
    if (inside.length < LEAST_TICKS && asked < most + ENOUGH) continue;
    const every = Math.ceil((inside.length - 1) / (most - 1));
    return inside.filter((_, i) => i % every === 0);
  }
}

/** The values between two positions of a ruler. */
export function viewBetween(ruler: Ruler, from: number, to: number): View {
  const [a, b] = [ruler.valueAt(from), ruler.valueAt(to)];
  return a < b ? [a, b] : [b, a];
}

/** A tick's text where an axis is zoomed in: as many digits as tell it from its neighbours. */
export function tickText(axis: Axis, ruler: Ruler, view: View | null, tick: number): string {
  const value = ruler.valueAt(tick);
  if (view === null) return axis.format(value);
  const step = Math.min(
    ...ruler.ticks.slice(1).map((next, i) => ruler.valueAt(next) - ruler.valueAt(ruler.ticks[i]!)),
  );
  const isShare = axis.format(1).endsWith("%");
  const [shown, shownStep] = isShare ? [100 * value, 100 * step] : [value, step];
  if (!Number.isFinite(shownStep) || Math.abs(shown) / shownStep < 1000) return axis.format(value);
  const decimals = Math.min(9, Math.max(0, 1 - Math.floor(Math.log10(shownStep))));
  return `${shown.toFixed(decimals)}${isShare ? " %" : ""}`;
}
