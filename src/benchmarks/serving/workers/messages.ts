import type { ClientHealth } from "../../../telemetry/client-health.ts";
import type { LiveDelta } from "../live-stats.ts";
import type { RunResult } from "../run.ts";
import type { Part } from "./part.ts";

/* What the parent and its workers say to each other, by structured clone: typed arrays and Infinity arrive as they are. */

export type ToWorker<Job> =
  | { type: "job"; job: Job; part: Part; recordsPath: string }
  /** The instant, ms on CLOCK_MONOTONIC, that all offsets count from. */
  | { type: "start"; startAt: number }
  /** Enough is known: nothing more falls due. */
  | { type: "enough" }
  | { type: "interrupt" };

export type FromWorker =
  | { type: "stage"; stage: "warmup" | "run" | "drain" }
  /** Warmed up and waiting for the start. */
  | { type: "ready" }
  | { type: "progress"; progress: WorkerProgress }
  | { type: "done"; done: WorkerDone }
  /** It cannot do the job; for people. */
  | { type: "error"; message: string; hint: string | undefined };

export interface WorkerProgress {
  sent: number;
  due: number;
  inFlight: number;
  live: LiveDelta;
}

export interface WorkerDone {
  result: RunResult;
  client: ClientHealth;
  /** Tokens of each answer by the tokenizer, in the order of the record file, NaN where not counted; null without one. */
  textTokens: Float64Array | null;
  /** All records, where not all could be written, and why; null: the record file has them. */
  lostRecords: { message: string; lines: string[] } | null;
}
