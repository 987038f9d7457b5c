import { formatDuration } from "../core/units.ts";

/** What a good request keeps: `TTFT ≤ 500 ms, TPOT ≤ 50 ms`. */
export function limitsText(slos: readonly { name: string; limitMs: number }[]): string {
  return slos.map(({ name, limitMs }) => `${name.toUpperCase()} ≤ ${formatDuration(limitMs)}`).join(", ");
}
