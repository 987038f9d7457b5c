import { record } from "../serving/record.fake.ts";
import { SaturationWatch } from "./saturation-watch.ts";

/** A request of a simulated level; ms from its begin. */
export interface LevelRequest {
  readonly arrivedAtMs: number;
  readonly firstTokenAtMs: number;
  readonly endAtMs: number;
}

const PERIOD_MS = 250;

/**
 * Shows a level to a watch as a run does: finished requests as they end, and the number in flight every 250 ms.
 * @returns when it had seen enough, in ms; null where it never did
 */
export function watchLevel(
  requests: readonly LevelRequest[],
  durationMs: number,
  minDurationMs: number,
): { enoughAtMs: number | null; watch: SaturationWatch } {
  const arrivals = requests.map(({ arrivedAtMs }) => arrivedAtMs).sort((one, other) => one - other);
  const ends = requests.toSorted((one, other) => one.endAtMs - other.endAtMs);
  const shape = record();
  let nowMs = 0;
  let [arrived, ended] = [0, 0];
  const clock = { now: () => nowMs, toUnixMs: (atMs: number) => atMs };
  const watch = new SaturationWatch({ clock, minDurationMs });
  for (; nowMs <= durationMs; nowMs += PERIOD_MS) {
    while (arrived < arrivals.length && arrivals[arrived]! <= nowMs) arrived++;
    for (; ended < ends.length && ends[ended]!.endAtMs <= nowMs; ended++) {
      const { arrivedAtMs, firstTokenAtMs, endAtMs } = ends[ended]!;
      watch.add({ ...shape, sentAt: arrivedAtMs, firstTokenAt: firstTokenAtMs, endAt: endAtMs });
    }
    watch.progress(arrived - ended);
    if (watch.enough.aborted) return { enoughAtMs: nowMs, watch };
  }
  return { enoughAtMs: null, watch };
}
