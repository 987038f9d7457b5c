import { assertNever } from "../../core/errors.ts";
import type { Timeline } from "../../core/timeline.ts";
import { BatchingEngine } from "./batching-engine.ts";
import type { BatchingParams } from "./batching-model.ts";
import type { Engine } from "./engine.ts";
import { FixedEngine } from "./fixed-engine.ts";
import type { FixedTimes } from "./fixed-schedule.ts";
import { type Freeze, FreezeWindows } from "./freeze.ts";

/** Which model of a server makes the tokens. */
export type EngineSettings =
  | ({ readonly kind: "fixed" } & FixedTimes)
  | ({ readonly kind: "batching" } & Omit<BatchingParams, "kvTokens">);

export interface EngineEnvironment {
  readonly engine: EngineSettings;
  readonly kvTokens: number;
  /** Relative standard deviation of token gaps (fixed) or step times (batching). */
  readonly jitter: number;
  readonly seed: number;
  readonly freezes: readonly Freeze[];
}

/** The engine that the settings name, on its timeline. */
export function makeEngine(environment: EngineEnvironment, timeline: Timeline): Engine {
  const { engine, kvTokens, jitter, seed } = environment;
  const freezes = new FreezeWindows(environment.freezes);
  switch (engine.kind) {
    case "fixed":
      return new FixedEngine({ ...engine, kvTokens, jitter, seed }, timeline, freezes);
    case "batching":
      return new BatchingEngine({ ...engine, kvTokens, jitter, seed }, timeline, freezes);
    default:
      return assertNever(engine);
  }
}
