import {
  type ColumnHead,
  type ColumnValues,
  decodeColumn,
  type RequestTableData,
} from "../../requests/columns.ts";
import { inflated } from "../inflate.ts";

/** A column of the table of requests, with what is shown of it. */
export interface Column extends ColumnHead {
  values: ColumnValues;
}

/** Unpacks the table that the page holds. */
export async function unpacked({ rows, columns, packed }: RequestTableData): Promise<Column[]> {
  const bytes = await inflated(packed);
  let at = 0;
  return columns.map((head) => {
    const { values, end } = decodeColumn(head.kind, bytes, at, rows);
    at = end;
    return { ...head, values };
  });
}

/** All rows in the order of a column; what is absent stands last in either direction. */
export function orderBy({ kind, names, values }: Column, isDown: boolean): Uint32Array {
  const keys = kind === "name" ? values.map(rankOf(names ?? [])) : values;
  const sign = isDown ? -1 : 1;
  const last = sign * Number.POSITIVE_INFINITY;
  const filled = keys.map((key) => (Number.isNaN(key) ? last : key));
  return Uint32Array.from(values, (_, row) => row).sort((a, b) => {
    const [x, y] = [filled[a]!, filled[b]!];
    return x === y ? a - b : sign * (x < y ? -1 : 1);
  });
}

/** Texts by the alphabet, the empty one last. */
function rankOf(names: readonly string[]): (place: number) => number {
  const sorted = names.toSorted((a, b) => Number(a === "") - Number(b === "") || (a < b ? -1 : 1));
  const ranks = names.map((name) => (name === "" ? Number.NaN : sorted.indexOf(name)));
  return (place) => ranks[place] ?? Number.NaN;
}

/** What a row has to be to be shown. */
export interface Filter {
  /** Of columns by id: the text that a row has to have there; empty: any. */
  exact: ReadonlyMap<string, string>;
  /** Stands in a text of the row, or is its number. */
  text: string;
}

export function filtered(
  order: Uint32Array,
  columns: readonly Column[],
  { exact, text }: Filter,
): Uint32Array {
  const exactTests = columns.flatMap(({ id, names = [], values }) => {
    const wanted = exact.get(id);
    if (!wanted) return [];
    const matches = names.map((name) => (wanted === FAILED ? name !== OK : name === wanted));
    return [(row: number) => matches[values[row]!] === true];
  });
  const needle = text.trim().toLowerCase();
  const texts = columns.flatMap(({ kind, names = [], values }) => {
    if (kind !== "name") return [];
    const matches = names.map((name) => name.toLowerCase().includes(needle));
    return matches.includes(true) ? [(row: number) => matches[values[row]!] === true] : [];
  });
  const number = columns.find(({ id }) => id === "index");
  const isMeant = (row: number) => texts.some((test) => test(row)) || String(number?.values[row]) === needle;
  if (exactTests.length === 0 && needle === "") return order;
  return order.filter((row) => exactTests.every((test) => test(row)) && (needle === "" || isMeant(row)));
}

/** The outcome of a success, and the choice of everything else. */
export const OK = "ok";
export const FAILED = "any failure";
