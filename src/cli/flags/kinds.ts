import {
  formatDuration,
  parseDecimal,
  parseDurationMs,
  parseRatePerS,
  parseSizeBytes,
} from "../../core/units.ts";

/** How the text of a flag becomes a value. */
export interface Kind<T> {
  /** Shown in help after the flag's name. */
  placeholder: string;
  /** What is allowed, for error texts: "a whole number from 1 to 65535". */
  allowed: string;
  /** The value, or undefined when the text is not allowed. */
  parse(text: string): T | undefined;
  /** For switches: the text that stands for the bare flag (`--stream` = `--stream=true`). */
  bare?: string;
  /** The text holds several values separated by commas; a configuration file may write them as a list. */
  isList?: boolean;
}

interface Bounds {
  min?: number;
  max?: number;
}

function within(value: number | null, bounds: Bounds): number | undefined {
  if (value === null || value < (bounds.min ?? -Infinity) || value > (bounds.max ?? Infinity))
    return undefined;
  return value;
}

function range({ min, max }: Bounds, show: (value: number) => string = String): string {
  if (min !== undefined && max !== undefined) return ` from ${show(min)} to ${show(max)}`;
  if (min !== undefined) return ` of at least ${show(min)}`;
  return max === undefined ? "" : ` of at most ${show(max)}`;
}

export function text(placeholder = "TEXT"): Kind<string> {
  return { placeholder, allowed: "a text that is not empty", parse: (s) => (s === "" ? undefined : s) };
}

export function integer(bounds: Bounds = { min: 0 }): Kind<number> {
  return {
    placeholder: "N",
    allowed: `a whole number${range(bounds)}`,
    parse: (s) => {
      const value = /^[+-]?\d+$/.test(s) ? within(parseDecimal(s, true), bounds) : undefined;
      // Beyond 2^53 it would silently be another number.
      return Number.isSafeInteger(value) ? value : undefined;
    },
  };
}

export function decimal(bounds: Bounds = {}): Kind<number> {
  return {
    placeholder: "X",
    allowed: `a number${range(bounds)}`,
    parse: (s) => within(parseDecimal(s, true), bounds),
  };
}

/** Milliseconds; a bare number counts in `bareUnit`. */
export function duration(bareUnit: "s" | "ms" = "s", bounds: Bounds = { min: 0 }): Kind<number> {
  const bare = bareUnit === "s" ? "seconds" : "milliseconds";
  // That a duration is not negative goes without saying.
  const { min = 0, ...others } = bounds;
  const limits = range(min > 0 ? bounds : others, formatDuration);
  return {
    placeholder: "TIME",
    allowed: `a duration${limits} such as 250ms, 90s, 5m or 1h30m (a bare number counts ${bare})`,
    parse: (s) => within(parseDurationMs(s, bareUnit), bounds),
  };
}

export function size(): Kind<number> {
  return {
    placeholder: "SIZE",
    allowed: "a size such as 4096, 256KiB or 32GB (KB, MB, GB are powers of 10, KiB, MiB, GiB of 2)",
    parse: (s) => parseSizeBytes(s) ?? undefined,
  };
}

/** Events per second above 0; Infinity for `inf`. */
export function rate(): Kind<number> {
  return {
    placeholder: "RATE",
    allowed: "a rate above 0 such as 20, 0.5, 90/m, or inf for all at once",
    parse: (s) => {
      const perS = parseRatePerS(s);
      return perS !== null && perS > 0 ? perS : undefined;
    },
  };
}

export function choice<const C extends readonly string[]>(choices: C): Kind<C[number]> {
  return {
    placeholder: choices.join("|"),
    allowed: choices.length === 1 ? choices[0]! : `one of ${choices.join(", ")}`,
    parse: (s) => choices.find((c) => c === s),
  };
}

/** On or off: `--x`, `--no-x`, `--x=true`, `--x true`. */
export function toggle(): Kind<boolean> {
  const words = new Map([
    ["true", true],
    ["false", false],
    ["1", true],
    ["0", false],
    ["yes", true],
    ["no", false],
  ]);
  return {
    placeholder: "",
    allowed: "true or false",
    bare: "true",
    parse: (s) => words.get(s.toLowerCase()),
  };
}

/** A switch with modes: bare `--x` means `bare`; a mode needs the form `--x=MODE`. */
export function mode<const C extends readonly string[]>(choices: C, bare: C[number]): Kind<C[number]> {
  return { ...choice(choices), placeholder: `[=${choices.join("|")}]`, bare };
}

/** Values of another kind separated by commas, at least one. */
export function list<T>(item: Kind<T>): Kind<T[]> {
  return {
    placeholder: `${item.placeholder},…`,
    allowed: `${item.allowed}, several separated by commas`,
    isList: true,
    parse: (s) => {
      const values = s.split(",").map((part) => item.parse(part.trim()));
      return values.some((v) => v === undefined) ? undefined : (values as T[]);
    },
  };
}
