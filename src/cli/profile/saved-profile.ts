import { join } from "node:path";
import * as v from "valibot";
import type { Mark, Profile } from "../../benchmarks/profile/profile-shape.ts";
import type { FailureClass } from "../../benchmarks/serving/record.ts";
import { maybe, number, readSaved } from "../../report/saved-file.ts";
import { parsePythonJson } from "../../results/python-json.ts";
import { PROFILE_JSON } from "./files.ts";

/* profile.json as it is read back. What an older version did not write is null, or empty; what a newer one adds is kept. */

/** JSON has null for what is no finite number. */
const real = v.pipe(
  v.nullable(v.number()),
  v.transform((value) => value ?? Number.NaN),
);
const flag = v.optional(v.boolean(), false);
/** Of a file inside a directory that is cleared: it must not lead out of it. */
const fileName = v.pipe(v.string(), v.regex(/^(?!\.{1,2}$)[^/\\\0]+$/, "no plain file name"));
const levelPath = v.pipe(v.string(), v.regex(/^levels\/(?!\.{1,2}$)[^/\\\0]+$/, "no directory levels/…"));
const verdict = v.object({
  verdict: v.picklist(["fit", "doubtful", "unfit"]),
  reasons: v.array(v.string()),
});

const Quantile = v.looseObject({ value: real, isLowerBound: flag, low: number, high: number, small: flag });
const Latency = maybe(v.looseObject({ n: v.number(), p50: Quantile, p90: Quantile, p99: Quantile }));

const Figures = v.looseObject({
  window: v.picklist(["steady", "whole"]),
  durationS: v.number(),
  n: v.number(),
  requests: v.looseObject({
    total: v.number(),
    succeeded: v.number(),
    failed: v.number(),
    censored: v.optional(v.number(), 0),
    byClass: v.optional(v.record(v.string(), v.number()), {}),
  }),
  askedPerS: number,
  plannedPerS: number,
  sentPerS: number,
  hitCap: maybe(v.picklist(["concurrency", "client"])),
  requestThroughputPerS: real,
  outputTokensPerS: real,
  answerTokens: maybe(v.looseObject({ n: v.number(), mean: v.number(), sd: number })),
  sessions: number,
  peakInFlight: v.number(),
  ttftMs: Latency,
  tpotMs: Latency,
  ntpotMs: Latency,
  e2elMs: Latency,
  goodput: maybe(
    v.looseObject({
      good: v.number(),
      total: v.number(),
      fraction: real,
      low: real,
      high: real,
      perS: real,
      missed: v.record(v.string(), v.number()),
      isMet: maybe(v.boolean()),
    }),
  ),
  usdPerMOutputTokens: number,
  usdPerMTotalTokens: number,
  joulesPerOutputToken: number,
  gpus: number,
  outputTokensPerSPerGpu: number,
  validity: verdict,
  gatesFailed: v.optional(v.number(), 0),
});

const Trial = v.looseObject({
  ratePerS: v.number(),
  good: v.number(),
  total: v.number(),
  saturated: v.boolean(),
  takenPerS: v.exactOptional(v.nullable(v.number())),
  unfit: v.exactOptional(v.string()),
  goodIn: v.exactOptional(v.nullable(v.array(v.number()))),
});

const Backlog = v.looseObject({
  due: v.number(),
  failed: v.number(),
  grown: v.number(),
  filling: v.number(),
  burst: v.number(),
});

const Trend = v.looseObject({ slopePerS: real, low: real, high: real, pValue: real, points: v.number() });

const marks: readonly Mark[] = [
  "saturated",
  "piled-up",
  "gate-failed",
  "unfit",
  "doubtful",
  "not-idle",
  "held-back",
  "failures",
  "failed",
  "interrupted",
];

const Level = v.looseObject({
  number: v.number(),
  name: v.string(),
  role: v.picklist(["listed", "one-at-a-time", "full-throughput", "spread", "knee", "capacity"]),
  load: v.variant("kind", [
    v.object({ kind: v.literal("rate"), ratePerS: v.number() }),
    v.object({ kind: v.literal("users"), users: v.number() }),
    v.object({ kind: v.literal("all-at-once") }),
  ]),
  requests: number,
  durationMs: number,
  arrivalSeed: v.number(),
  status: v.picklist(["complete", "interrupted", "failed"]),
  directory: levelPath,
  latencyFile: fileName,
  seedFiles: v.optional(v.array(fileName), []),
  startedAt: v.string(),
  exit: v.number(),
  saturated: v.boolean(),
  saturation: maybe(v.looseObject({ saturated: v.boolean(), inFlight: Trend, ttft: Trend })),
  backlog: maybe(Backlog),
  idle: maybe(
    v.looseObject({
      isIdle: v.boolean(),
      probes: v.number(),
      waitedMs: v.number(),
      ttftMs: number,
      failure: maybe(v.custom<FailureClass>((value) => typeof value === "string", "no failure's class")),
      baselineTtftMs: v.number(),
    }),
  ),
  marks: v.array(v.picklist(marks)),
  trial: maybe(Trial),
  figures: maybe(Figures),
  warnings: v.array(v.looseObject({ code: v.string(), message: v.string(), hint: v.string() })),
});

const Bounded = v.looseObject({ value: v.number(), low: number, high: number });
/** An older version wrote the value alone. */
const MaybeBounded = v.union([
  Bounded,
  v.pipe(
    v.number(),
    v.transform((value) => ({ value, low: null, high: null })),
  ),
]);
const AtCapacity = v.looseObject({
  levels: v.array(v.string()),
  outputTokensPerRequest: Bounded,
  outputTokensPerS: Bounded,
  usdPerMOutputTokens: maybe(Bounded),
  usdPerMTotalTokens: maybe(Bounded),
  joulesPerOutputToken: maybe(MaybeBounded),
  gpus: number,
  outputTokensPerSPerGpu: maybe(Bounded),
});

const Capacity = v.looseObject({
  ratePerS: number,
  low: number,
  high: number,
  share: v.number(),
  confidence: v.literal(0.95),
  trials: v.array(Trial),
  reason: maybe(v.string()),
  // An older version took it from one level alone.
  at: v.fallback(maybe(AtCapacity), null),
});

const Saved: v.GenericSchema<unknown, Profile> = v.looseObject({
  schemaVersion: v.literal(1),
  benchmark: v.literal("profile"),
  run: v.looseObject({
    tool: v.literal("inferbench"),
    version: v.string(),
    runName: v.string(),
    status: v.picklist(["running", "complete", "interrupted", "failed"]),
    cutBy: maybe(v.string()),
    failure: maybe(v.string()),
    startedAt: v.string(),
    endpoint: v.string(),
    backend: v.string(),
    model: v.string(),
    seed: v.number(),
  }),
  plan: v.looseObject({}),
  validity: verdict,
  slos: maybe(
    v.looseObject({
      slos: v.array(v.looseObject({ name: v.string(), limitMs: v.number() })),
      share: number,
    }),
  ),
  levels: v.array(Level),
  capacity: maybe(Capacity),
});

/**
 * An earlier profile of this directory.
 * @returns null where it holds none, or one that was killed before its first word
 * @throws ToolError USAGE for a file that is no profile's, naming it, and the key, or the line where it is no JSON
 */
export function readProfile(directory: string): Profile | null {
  return readSaved(join(directory, PROFILE_JSON), parsePythonJson, Saved, "profile writes")?.parsed ?? null;
}
