import type { LiveStats } from "../../benchmarks/serving/live-stats.ts";
import type { RunEvent } from "../../benchmarks/serving/run.ts";
import type { UntilWatch } from "../../benchmarks/serving/until-watch.ts";
import { formatDuration, formatNumber } from "../../core/units.ts";
import { measured } from "../../report/numbers.ts";

/** The live line of a run. */
export class LiveText {
  #stage = "";
  #startedAt = 0;
  readonly #until: Pick<UntilWatch, "latest"> | null;

  constructor(until: Pick<UntilWatch, "latest"> | null) {
    this.#until = until;
  }

  /** Takes in where the run is. */
  stage(event: RunEvent): void {
    if (event.type !== "stage") return;
    this.#stage = event.stage;
    if (event.stage === "run") this.#startedAt = performance.now();
  }

  /** The line after this event; null where it changes nothing. */
  of(event: RunEvent, live: LiveStats): string | null {
    if (event.type === "stage") return event.stage === "warmup" ? "warm-up" : null;
    if (event.type !== "progress") return null;
    const elapsedMs = performance.now() - this.#startedAt;
    const ttft = live.ttftP50Ms();
    const waiting = event.due - event.sent;
    return [
      `${this.#stage === "drain" ? "draining" : "running"} ${Math.floor(elapsedMs / 1000)} s`,
      `${formatNumber(event.sent)} sent`,
      ...(waiting > 0 ? [`${formatNumber(waiting)} wait`] : []),
      `${formatNumber(event.inFlight)} open`,
      `${formatNumber(live.done)} done`,
      ...(live.failed > 0 ? [`${formatNumber(live.failed)} failed`] : []),
      `${measured((event.sent * 1000) / elapsedMs)}/s`,
      `TTFT ${ttft === null ? "-" : formatDuration(ttft)}`,
      ...this.#untilParts(),
    ].join(" · ");
  }

  #untilParts(): string[] {
    return (this.#until?.latest ?? []).map(({ condition, relativeHalfWidth: width }) =>
      width === null ? `${condition} ?` : `${condition} at ${(100 * width).toFixed(1)} %`,
    );
  }
}
