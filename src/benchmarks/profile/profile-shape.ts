import type { Bounded } from "../../analysis/bounded.ts";
import type { SloSet } from "../serving/slo.ts";
import type { Backlog } from "./backlog.ts";
import type { CapacityResult } from "./capacity/search.ts";
import type { LoadTrial } from "./capacity/trial.ts";
import type { IdleCheck } from "./idle.ts";
import type { Level } from "./level.ts";
import type { LevelFigures } from "./level-figures.ts";
import type { SaturationWatch } from "./saturation-watch.ts";

/* The shape of profile.json. */

/** What to know of a level before reading its figures. */
export type Mark =
  | "saturated"
  | "piled-up"
  | "gate-failed"
  | "unfit"
  | "doubtful"
  | "not-idle"
  | "held-back"
  | "failures"
  | "failed"
  | "interrupted";

/** A level that was run. */
export interface LevelResult extends Level {
  /** `failed`: no request, or less than half of them, succeeded; what a level beyond saturation left unfinished has not failed. */
  status: "complete" | "interrupted" | "failed";
  /** Relative to the profile's directory. */
  directory: string;
  latencyFile: string;
  /** Names of seed 004's result files in its directory. */
  seedFiles: string[];
  /** ISO 8601. */
  startedAt: string;
  /** Exit code that the level would have had as a run of its own. */
  exit: number;
  /** The server was beyond saturation, and the level ended early. */
  saturated: boolean;
  /** The trend tests behind it; null where they were not made. */
  saturation: SaturationWatch["verdict"];
  /** Whether requests piled up; null where they have no schedule. */
  backlog: Backlog | null;
  /** null: not checked, as before the first level. */
  idle: IdleCheck | null;
  marks: Mark[];
  /** What the capacity search takes from it; null where it is at no rate, or without --slo. */
  trial: LoadTrial | null;
  /** null: no request was sent. */
  figures: LevelFigures | null;
  warnings: { code: string; message: string; hint: string }[];
}

/** What the capacity comes with (at-capacity.ts); null for what was not measured. */
export interface CapacityFigures {
  /** Names of the levels near the capacity that tell what a request takes. */
  levels: string[];
  /** Of a session, with conversations. */
  outputTokensPerRequest: Bounded;
  outputTokensPerS: Bounded;
  usdPerMOutputTokens: Bounded | null;
  usdPerMTotalTokens: Bounded | null;
  joulesPerOutputToken: Bounded | null;
  gpus: number | null;
  outputTokensPerSPerGpu: Bounded | null;
}

export interface Profile {
  schemaVersion: 1;
  benchmark: "profile";
  run: {
    tool: "inferbench";
    version: string;
    runName: string;
    status: "running" | "complete" | "interrupted" | "failed";
    /** The flag whose limit it was interrupted by: `--max-time 30m 00s`; null: none. */
    cutBy: string | null;
    /** Why it failed, in a sentence; null: it did not. */
    failure: string | null;
    /** ISO 8601; the first start's, where it was resumed. */
    startedAt: string;
    endpoint: string;
    backend: string;
    model: string;
    seed: number;
  };
  /** All that decides what a level is: two profiles with equal plans may be one that was resumed. */
  plan: Readonly<Record<string, unknown>>;
  /** Over the levels that are not saturated; the worst of them. */
  validity: { verdict: "fit" | "doubtful" | "unfit"; reasons: string[] };
  slos: SloSet | null;
  levels: LevelResult[];
  /** null: not searched for. */
  capacity: (CapacityResult & { at: CapacityFigures | null }) | null;
}
