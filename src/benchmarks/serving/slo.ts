import { usageError } from "../../core/errors.ts";
import { nearest } from "../../core/nearest.ts";
import { parseDurationMs } from "../../core/units.ts";
import * as m from "./metrics.ts";
import type { RequestRecord } from "./record.ts";

/** Latencies that a service level may be stated for. */
const LATENCIES: Readonly<Record<string, (r: RequestRecord) => number | null>> = {
  ttft: m.ttftMs,
  "ttft-from-intended": m.ttftFromIntendedMs,
  ttfa: m.ttfaMs,
  tpot: m.tpotMs,
  ntpot: m.ntpotMs,
  e2el: m.e2elMs,
  "e2el-from-intended": m.e2elFromIntendedMs,
  stall: m.longestStallMs,
};

/** One limit that a request keeps or misses. */
export interface Slo {
  name: string;
  limitMs: number;
}

/** What `--slo` asks for: limits for each request, and the share of requests that must keep them all. */
export interface SloSet {
  slos: readonly Slo[];
  /** From `p99`: 0.99. null: goodput is counted, nothing is demanded. */
  share: number | null;
}

const EXAMPLE =
  "Example: --slo ttft=500ms,tpot=50ms,e2el=10s, and ,p99 if 99 % of the requests must keep them.";

/**
 * `ttft=500ms,tpot=50ms,e2el=10s[,p99]`; a bare number is in ms.
 * @throws ToolError USAGE naming the part that is wrong
 */
export function parseSlos(text: string): SloSet {
  const slos: Slo[] = [];
  let share: number | null = null;
  for (const part of text.split(",").map((p) => p.trim())) {
    const quantile = /^p(\d{1,2}(?:\.\d+)?)$/.exec(part);
    if (quantile !== null) {
      share = Number(quantile[1]) / 100;
      continue;
    }
    const [given = "", limit = ""] = part.split("=");
    const name = given.trim().toLowerCase().replaceAll("_", "-");
    const limitMs = parseDurationMs(limit.trim(), "ms");
    if (!Object.hasOwn(LATENCIES, name)) {
      const close = nearest(name, Object.keys(LATENCIES));
      const names = close === undefined ? Object.keys(LATENCIES).join(", ") : `did you mean ${close}?`;
      throw usageError(`--slo: "${part}" names no latency (${names})`, EXAMPLE);
    }
    if (limitMs === null || limitMs <= 0)
      throw usageError(`--slo: "${part}" has no limit such as 500ms`, EXAMPLE);
    if (slos.some((slo) => slo.name === name)) throw usageError(`--slo names ${name} twice`, EXAMPLE);
    slos.push({ name, limitMs });
  }
  if (slos.length === 0) throw usageError(`--slo "${text}" has no limit`, EXAMPLE);
  return { slos, share };
}

/** The latency that a limit is for; null where the request has none. */
export function sloValue(name: string, record: RequestRecord): number | null {
  return LATENCIES[name]!(record);
}

/** The same limit on the latency from when the request fell due, where there is one. */
export function fromIntended({ name, limitMs }: Slo): Slo {
  const intended = `${name}-from-intended`;
  return { name: Object.hasOwn(LATENCIES, intended) ? intended : name, limitMs };
}

/** The limits that a request missed. One whose instants are absent from a success (TPOT of one token) is kept. */
export function missedSlos(record: RequestRecord, slos: readonly Slo[]): string[] {
  return slos
    .filter(({ name, limitMs }) => {
      const value = sloValue(name, record);
      return value !== null && value > limitMs;
    })
    .map(({ name }) => name);
}
