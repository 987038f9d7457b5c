import type { Figures } from "./figures.ts";
import type { Load } from "./loads.ts";
import type { Measured } from "./measure.ts";

/** All that a comparison found: what --json writes. */
export interface Comparison {
  readonly date: string;
  readonly machine: { readonly cores: number; readonly cpu: string; readonly kernel: string };
  readonly loads: readonly Load[];
  readonly tools: readonly {
    readonly id: string;
    readonly name: string;
    readonly version: string;
    readonly note: string | null;
  }[];
  readonly absent: readonly { readonly tool: string; readonly why: string }[];
  readonly starts: readonly Start[];
  readonly figures: readonly Figures[];
  readonly failures: readonly Failure[];
  readonly runs: readonly Measured[];
}

/** How a tool starts; medians over all its runs, null where none came so far. */
export interface Start {
  readonly tool: string;
  /** `--version`, or `--help` where there is none. */
  readonly idle: readonly string[];
  readonly idleMs: number | null;
  readonly firstRequestMs: number | null;
  readonly cpuBeforeMs: number | null;
}

export interface Failure {
  readonly tool: string;
  readonly streams: number;
  readonly why: string;
}
