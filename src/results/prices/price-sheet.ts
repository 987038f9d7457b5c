import { readFileSync } from "node:fs";
import * as v from "valibot";
import { parse, YAMLParseError } from "yaml";
import { messageOf, usageError } from "../../core/errors.ts";
import { nearest } from "../../core/nearest.ts";

/** What an hour of a machine costs, and how that is known. */
export interface Price {
  usdPerHour: number;
  /** As in the sheet, e.g. `gce:a3-highgpu-1g`; null where the user gave the price itself. */
  name: string | null;
  region: string | null;
  /** When the price was read, YYYY-MM-DD; null where the user gave it. */
  date: string | null;
  /** An address, or the flag that gave it. */
  source: string;
  note: string | null;
}

/** Prices by name, each as it stands in the sheet. */
export type PriceSheet = ReadonlyMap<string, Price>;

const Entry = v.strictObject({
  usdPerHour: v.pipe(v.number("not a number"), v.gtValue(0, "not above 0")),
  region: v.optional(v.pipe(v.string("not a text"), v.nonEmpty("empty"))),
  date: v.pipe(v.string("not a date such as 2026-11-09"), v.check(isDate, "not a date such as 2026-11-09")),
  source: v.pipe(v.string("not a text"), v.nonEmpty("empty")),
  note: v.optional(v.string("not a text")),
});
const KEYS = Object.keys(Entry.entries);

/**
 * Reads a price sheet: a mapping of names to `usdPerHour`, `date`, `source`, and where wanted `region` and `note`.
 * @param origin how messages name the sheet
 * @throws ToolError USAGE naming the sheet, and each wrong entry with its key
 */
export function parsePriceSheet(text: string, origin: string): PriceSheet {
  let content: unknown;
  try {
    content = parse(text, { prettyErrors: true });
  } catch (error) {
    const where = error instanceof YAMLParseError ? error.message.split("\n")[0] : messageOf(error);
    throw usageError(`the price sheet ${origin} is not YAML: ${where}`);
  }
  if (typeof content !== "object" || content === null || Array.isArray(content)) {
    throw usageError(
      `the price sheet ${origin} is not a mapping of names to prices`,
      "Write, for example: my:machine: {usdPerHour: 1.5, date: 2026-11-09, source: invoice}",
    );
  }
  const prices = new Map<string, Price>();
  const problems: string[] = [];
  for (const [name, entry] of Object.entries(content)) {
    const parsed = v.safeParse(Entry, entry);
    if (!parsed.success) {
      problems.push(...parsed.issues.map((issue) => `${origin}: ${problemOf(name, issue)}`));
      continue;
    }
    const { region = null, note = null, ...rest } = parsed.output;
    prices.set(name, { ...rest, name, region, note });
  }
  if (problems.length > 0) throw usageError(problems.join("\n"));
  return prices;
}

/** Reads a sheet of the user's. @throws ToolError USAGE */
export function readPriceSheet(path: string): PriceSheet {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    throw usageError(`cannot read --price-sheet: ${messageOf(error)}`);
  }
  return parsePriceSheet(text, path);
}

/** The price of that name, from the first sheet that has it. @throws ToolError USAGE with the nearest names */
export function priceNamed(name: string, sheets: readonly PriceSheet[]): Price {
  for (const sheet of sheets) {
    const price = sheet.get(name);
    if (price !== undefined) return price;
  }
  const names = [...new Set(sheets.flatMap((sheet) => [...sheet.keys()]))];
  const close = nearest(name, names);
  throw usageError(
    `--price: no price for "${name}"${close === undefined ? "" : ` (did you mean ${close}?)`}`,
    `Give --price-per-hour, a --price-sheet with this name, or one of: ${names.join(", ")}`,
  );
}

function problemOf(name: string, issue: v.BaseIssue<unknown>): string {
  const key = issue.path?.map(({ key }) => String(key)).join(".") ?? "";
  if (key === "") return `${name}: not a mapping with ${KEYS.join(", ")}`;
  if (issue.kind === "schema" && issue.type === "strict_object") {
    // Valibot reports a key that is lacking and one that is unknown alike.
    if (issue.received === "undefined") return `${name}: ${key} is missing`;
    const close = nearest(key, KEYS);
    return `${name}: unknown key ${key}${close === undefined ? "" : ` (did you mean ${close}?)`}`;
  }
  return `${name}.${key}: ${JSON.stringify(issue.input)} is ${issue.message}`;
}

function isDate(text: string): boolean {
  const time = /^\d{4}-\d{2}-\d{2}$/.test(text) ? Date.parse(`${text}T00:00:00Z`) : Number.NaN;
  // Date.parse takes 2026-02-31 for a day in March.
  return Number.isFinite(time) && new Date(time).toISOString().startsWith(text);
}
