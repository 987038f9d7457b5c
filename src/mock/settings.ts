import type { Alarm } from "../core/alarm.ts";
import type { EngineEnvironment } from "./engine/make-engine.ts";
import type { OutputDist } from "./engine/output-length.ts";
import type { FaultRule } from "./faults/fault.ts";
import type { TruthRecord } from "./truth/truth-record.ts";

/** Everything that a mock server can be told. */
export interface MockSettings extends EngineEnvironment {
  readonly host: string;
  /** 0 picks a free port. */
  readonly port: number;
  /** At least one; the first is the one that metrics name. */
  readonly models: readonly string[];
  /** TTFT of the models that have another one than the engine's (fixed). */
  readonly modelTtftMs: ReadonlyMap<string, number>;
  /** Whether requests for other models are answered too. */
  readonly anyModel: boolean;
  readonly apiKey: string | null;
  /** Most tokens of prompt and answer together. */
  readonly maxModelLen: number;
  /** Length of an answer when the request names no limit, and the mean of `outputDist`. */
  readonly outputTokens: number;
  readonly outputDist: OutputDist;
  readonly hasPrefixCache: boolean;
  readonly faults: readonly FaultRule[];
  readonly truthPath: string | null;
  /** What the engine is timed by; null: the event loop's own polling. */
  readonly alarm: Alarm | null;
  /** Told of every generation request that is over, besides the truth file. */
  readonly onTruth: ((truth: TruthRecord) => void) | null;
}

/** What is left out takes the default. */
export type MockOptions = Partial<MockSettings>;

export const DEFAULT_SETTINGS: MockSettings = Object.freeze<MockSettings>({
  host: "127.0.0.1",
  port: 0,
  models: ["mock-model"],
  modelTtftMs: new Map(),
  anyModel: false,
  apiKey: null,
  maxModelLen: 32_768,
  engine: { kind: "fixed", ttftMs: 50, itlMs: 10 },
  kvTokens: 200_000,
  jitter: 0,
  seed: 1,
  freezes: [],
  outputTokens: 16,
  outputDist: "max-tokens",
  hasPrefixCache: false,
  faults: [],
  truthPath: null,
  alarm: null,
  onTruth: null,
});
