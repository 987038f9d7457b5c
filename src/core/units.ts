/** Parsers and printers of quantities. Inside the program: milliseconds, bytes, per second. */

const MS_PER_UNIT = new Map([
  ["ns", 1e-6],
  ["us", 1e-3],
  ["µs", 1e-3],
  ["ms", 1],
  ["s", 1000],
  ["m", 60_000],
  ["min", 60_000],
  ["h", 3_600_000],
]);

const BYTES_PER_UNIT = new Map([
  ["", 1],
  ["b", 1],
  ["k", 1000],
  ["kb", 1000],
  ["m", 1e6],
  ["mb", 1e6],
  ["g", 1e9],
  ["gb", 1e9],
  ["t", 1e12],
  ["tb", 1e12],
  ["kib", 1024],
  ["mib", 1024 ** 2],
  ["gib", 1024 ** 3],
  ["tib", 1024 ** 4],
]);

const DECIMAL = /^(\d+(?:\.\d+)?|\.\d+)(?:e([+-]?\d+))?$/i;

/** A plain decimal number (no hex, no spaces, no sign unless `signed`), or null. */
export function parseDecimal(text: string, signed = false): number | null {
  const body = signed && /^[+-]/.test(text) ? text.slice(1) : text;
  if (!DECIMAL.test(body)) return null;
  const value = Number(text);
  return Number.isFinite(value) ? value : null;
}

/**
 * `90s`, `5m`, `1h30m`, `250ms`, or a bare number in `bareUnit`.
 * @returns milliseconds, or null when the text is no duration
 */
export function parseDurationMs(text: string, bareUnit: "s" | "ms" = "s"): number | null {
  const bare = parseDecimal(text);
  if (bare !== null) return finite(bare * MS_PER_UNIT.get(bareUnit)!);
  const part = /(\d+(?:\.\d+)?|\.\d+)(ns|us|µs|ms|min|s|m|h)/gy;
  let totalMs = 0;
  while (part.lastIndex < text.length) {
    const match = part.exec(text);
    if (match === null) return null;
    totalMs += Number(match[1]) * MS_PER_UNIT.get(match[2]!)!;
  }
  return text.length > 0 ? finite(totalMs) : null;
}

/** `32GB` (10^9), `16GiB` (2^30), `4096`. @returns whole bytes, or null */
export function parseSizeBytes(text: string): number | null {
  const match = /^(\d+(?:\.\d+)?|\.\d+)\s*([a-z]*)$/i.exec(text);
  const scale = match === null ? undefined : BYTES_PER_UNIT.get(match[2]!.toLowerCase());
  return scale === undefined ? null : finite(Math.round(Number(match![1]) * scale));
}

function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}

/** `20`, `20/s`, `0.5`, `90/m`, `inf`. @returns events per second, Infinity for `inf`, or null */
export function parseRatePerS(text: string): number | null {
  if (/^inf(inity)?$/i.test(text)) return Number.POSITIVE_INFINITY;
  const match = /^([^/]+)\/(s|sec|m|min|h)$/.exec(text);
  const value = parseDecimal(match?.[1] ?? text);
  if (value === null) return null;
  const perSeconds = { s: 1, sec: 1, m: 60, min: 60, h: 3600 }[match?.[2] ?? "s"]!;
  return value / perSeconds;
}

/** Milliseconds as people write them: `850 µs`, `12.3 ms`, `4.56 s`, `2m 05s`. */
export function formatDuration(ms: number): string {
  if (!Number.isFinite(ms)) return String(ms);
  if (ms < 0) return `-${formatDuration(-ms)}`;
  if (ms === 0) return "0 ms";
  if (ms < 0.9995) return `${significant(ms * 1000, 3)} µs`;
  if (ms < 999.5) return `${significant(ms, 3)} ms`;
  if (ms < 119_950) return `${significant(ms / 1000, 3)} s`;
  const totalS = Math.round(ms / 1000);
  const [h, m, s] = [Math.floor(totalS / 3600), Math.floor((totalS % 3600) / 60), totalS % 60];
  const two = (n: number) => String(n).padStart(2, "0");
  return h > 0 ? `${h}h ${two(m)}m ${two(s)}s` : `${m}m ${two(s)}s`;
}

/** Bytes in powers of 10: `512 B`, `3.20 MB`. */
export function formatBytes(bytes: number): string {
  const names = ["B", "kB", "MB", "GB", "TB", "PB"];
  let value = bytes;
  let step = 0;
  while (Math.abs(value) >= 999.5 && step < names.length - 1) {
    value /= 1000;
    step++;
  }
  return `${step === 0 ? value : significant(value, 3)} ${names[step]}`;
}

/** A number with thousands separated by commas and `digits` decimals. (Intl would cost 20 ms when first used.) */
export function formatNumber(value: number, digits = 0): string {
  const [whole, decimals] = value.toFixed(digits).split(".");
  const grouped = whole!.replace(/\B(?=(\d{3})+$)/g, ",");
  return decimals === undefined ? grouped : `${grouped}.${decimals}`;
}

/** `value` to `digits` significant digits, never in exponent form. */
export function significant(value: number, digits: number): string {
  if (value === 0 || !Number.isFinite(value)) return String(value);
  const decimals = Math.max(0, digits - 1 - Math.floor(Math.log10(Math.abs(value))));
  const rounded = Number(value.toFixed(Math.min(decimals, 20)));
  const shown = Math.max(0, digits - 1 - Math.floor(Math.log10(Math.abs(rounded || value))));
  return formatNumber(value, Math.min(shown, 20));
}

/** `1 request`, `2,000 requests` */
export function counted(n: number, noun: string): string {
  return `${formatNumber(n)} ${noun}${n === 1 ? "" : "s"}`;
}

const MOST_DECIMALS = 6;

/** A share as a percentage, with as many decimals as tell it from a limit that it is close to, one at least. */
export function percentBeside(share: number, limit: number | null): string {
  const shown = (value: number, decimals: number) => (100 * value).toFixed(decimals);
  const isBeside = limit !== null && share !== limit;
  let decimals = 1;
  while (isBeside && decimals < MOST_DECIMALS && shown(share, decimals) === shown(limit, decimals))
    decimals++;
  return `${shown(share, decimals)} %`;
}
