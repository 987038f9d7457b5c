/**
 * A value as strict JSON, indented by 2, keys in the order given: NaN and ±Infinity become null, typed arrays and sets become
 * arrays, maps objects, and whole numbers kept as bigint become numbers, or strings where a number would lose digits.
 * @throws TypeError for what has no JSON form at all (a cycle, undefined)
 */
export function strictJson(value: unknown): string {
  const text = JSON.stringify(value, plain, 2);
  if (text === undefined) throw new TypeError("the value has no JSON form");
  return `${text}\n`;
}

/** `strictJson` on one line, without a newline: for one record of a .jsonl file. */
export function strictJsonLine(value: unknown): string {
  const text = JSON.stringify(value, plain);
  if (text === undefined) throw new TypeError("the value has no JSON form");
  return text;
}

function plain(_key: string, value: unknown): unknown {
  switch (typeof value) {
    case "number":
      return Number.isFinite(value) ? value : null;
    case "bigint":
      return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
    case "object":
      if (ArrayBuffer.isView(value) && !(value instanceof DataView)) return Array.from(value as Float64Array);
      if (value instanceof Set) return [...value];
      if (value instanceof Map) return Object.fromEntries(value);
      return value;
    default:
      return value;
  }
}
