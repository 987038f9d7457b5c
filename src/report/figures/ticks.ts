import { formatNumber, significant } from "../../core/units.ts";
import type { Axis } from "./spec.ts";

/** An axis as it is drawn: positions are the values themselves, or their decimal logarithms. */
export interface Ruler {
  min: number;
  max: number;
  /** Where ticks stand, as positions. */
  ticks: number[];
  /** The position of a value; what is below the least is put there. */
  of(value: number): number;
  /** The value at a position. */
  valueAt(position: number): number;
}

/** @param most how many ticks there is room for */
export function rulerOf(axis: Axis, most: number): Ruler {
  const ruler = axis.scale === "linear" ? linearRuler(axis.domain, most) : logRuler(axis, most);
  return axis.tight === true ? tightened(ruler, axis.domain) : ruler;
}

/** Ends at the domain's own ends; the ticks inside stay, if they are two. */
function tightened(ruler: Ruler, [low, high]: Axis["domain"]): Ruler {
  const [min, max] = [Math.max(ruler.min, ruler.of(low)), Math.min(ruler.max, ruler.of(high))];
  const slack = 1e-9 * (ruler.max - ruler.min);
  const ticks = ruler.ticks.filter((tick) => tick >= min - slack && tick <= max + slack);
  return ticks.length < 2 ? ruler : { ...ruler, min, max, ticks };
}

/** Values closer than this share of their size are one value: ticks between them would have seven digits. */
const SAME = 1e-6;

function linearRuler([low, high]: Axis["domain"], most: number): Ruler {
  const size = Math.max(Math.abs(low), Math.abs(high));
  const span = high - low > SAME * size ? high - low : Math.max(size, 1);
  const step = roundUp(span / Math.max(1, most - 1));
  const first = Math.floor(low / step + 1e-9);
  const last = Math.max(first + 1, Math.ceil(high / step - 1e-9));
  const ticks = Array.from({ length: last - first + 1 }, (_, i) =>
    Number(((first + i) * step).toPrecision(12)),
  );
  return { min: ticks[0]!, max: ticks.at(-1)!, ticks, of: (value) => value, valueAt: (position) => position };
}

/** The next of 1, 2, 2.5, 5 times a power of ten. */
function roundUp(step: number): number {
  const power = 10 ** Math.floor(Math.log10(step));
  return [1, 2, 2.5, 5, 10].map((part) => part * power).find((part) => part >= step * (1 - 1e-9))!;
}

/** Digits of a decade that have a tick, from the most to the fewest. */
const DIGITS = [[1, 2, 3, 4, 5, 6, 7, 8, 9], [1, 2, 3, 5, 7], [1, 2, 5], [1, 3], [1]];

function logRuler({ domain: [low, high], tight = false }: Axis, most: number): Ruler {
  const isInside = (mark: number) => mark >= low && mark <= high;
  const shown = (marks: readonly number[]) => (tight ? marks.filter(isInside).length : marks.length);
  const marks = DIGITS.map((digits) => marksAround(low, high, digits, 1));
  for (let decades = 2; shown(marks.at(-1)!) > most; decades++)
    marks.push(marksAround(low, high, [1], decades));
  const ticks = marks.find((some) => shown(some) <= most)!.map((value) => Math.log10(value));
  const min = ticks[0]!;
  return {
    min,
    max: ticks.at(-1)!,
    ticks,
    of: (value) => (value > 0 ? Math.max(min, Math.log10(value)) : min),
    valueAt: (position) => Number((10 ** position).toPrecision(12)),
  };
}

/** The marks that hold [low, high] between them. */
function marksAround(low: number, high: number, digits: readonly number[], decades: number): number[] {
  const all: number[] = [];
  for (
    let decade = (Math.floor(Math.log10(low) / decades) - 1) * decades;
    10 ** decade <= high * 10 ** decades;
    decade += decades
  ) {
    for (const digit of digits) all.push(Number((digit * 10 ** decade).toPrecision(12)));
  }
  const first = all.findLastIndex((mark) => mark <= low * (1 + 1e-9));
  const last = all.findIndex((mark, i) => i > first && mark >= high * (1 - 1e-9));
  return all.slice(first, last + 1);
}

/** A tick's number: as many digits as it has, at most four. */
export function plain(value: number): string {
  const magnitude = Math.abs(value);
  if (magnitude >= 1000) return formatNumber(Math.round(value));
  return magnitude === 0
    ? "0"
    : significant(value, 4)
        .replace(/(\.\d*?)0+$/, "$1")
        .replace(/\.$/, "");
}

/** Of what is counted: between two numbers there is nothing. */
export function whole(value: number): string {
  return Number.isInteger(value) ? plain(value) : "";
}

/** A share as a tick. */
export function percent(share: number): string {
  return `${plain(100 * share)} %`;
}
