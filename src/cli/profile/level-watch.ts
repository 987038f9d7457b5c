import { SaturationWatch } from "../../benchmarks/profile/saturation-watch.ts";
import type { RequestRecord } from "../../benchmarks/serving/record.ts";
import type { Warning } from "../../benchmarks/serving/summary-shape.ts";
import type { Clock } from "../../core/clock.ts";
import type { RunWatch } from "../serving/execute.ts";

/** Ends a level that is beyond saturation, and says so in its summary. */
export class LevelWatch implements RunWatch {
  readonly #watch: SaturationWatch;

  constructor(clock: Clock, minDurationMs: number) {
    this.#watch = new SaturationWatch({ clock, minDurationMs });
  }

  get enough(): AbortSignal {
    return this.#watch.enough;
  }

  get verdict(): SaturationWatch["verdict"] {
    return this.#watch.verdict;
  }

  /** What the warm-up does says nothing about the level. */
  add(record: RequestRecord): void {
    if (record.stage === "run") this.#watch.add(record);
  }

  progress(inFlight: number): void {
    this.#watch.progress(inFlight);
  }

  warnings(): Warning[] {
    if (this.verdict?.saturated !== true) return [];
    return [
      {
        code: "saturated",
        message:
          "the server was beyond saturation: requests in flight and TTFT both rose until the level was ended early",
        hint: "Its latencies depend on how long it lasted: they are those of a growing queue.",
      },
    ];
  }
}
