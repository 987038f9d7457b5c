import type { Level } from "../benchmarks/profile/level.ts";
import { answerTokensOf, type LevelFigures, latencyOf } from "../benchmarks/profile/level-figures.ts";
import type { LevelResult } from "../benchmarks/profile/profile-shape.ts";
import { judgeGates } from "../benchmarks/serving/gates.ts";
import { goodputOf } from "../benchmarks/serving/goodput.ts";
import type { RequestRecord } from "../benchmarks/serving/record.ts";
import { eventRatePerS, peakInFlight, startsSentAt } from "../benchmarks/serving/sending.ts";
import { windowFigures } from "../benchmarks/serving/window-figures.ts";
import { dueWithin, steadyWindow, timesOf, wholeWindow } from "../benchmarks/serving/windows.ts";
import { ExitCode } from "../core/errors.ts";
import type { AskedVerdict } from "./saved-verdict.ts";

/**
 * A level that its profile was killed in, from its records alone. It is shown and never saved: what only the profile knew of it (its role, its
 * plan) is left empty.
 */
export function killedLevel(
  found: Pick<Level, "number" | "name" | "load">,
  directory: string,
  startedAt: string,
  records: readonly RequestRecord[],
  asked: AskedVerdict,
): LevelResult {
  return {
    ...found,
    role: "listed",
    requests: null,
    durationMs: null,
    arrivalSeed: 0,
    status: "interrupted",
    directory,
    latencyFile: "",
    seedFiles: [],
    startedAt,
    exit: ExitCode.interrupted,
    saturated: false,
    saturation: null,
    backlog: null,
    idle: null,
    marks: ["interrupted"],
    trial: null,
    figures: figuresOf(found, records, asked),
    warnings: [
      {
        code: "killed",
        message:
          "the profile was killed in this level: its figures are of the requests that had ended by then",
        hint: "profile --resume runs it again.",
      },
    ],
  };
}

function figuresOf(
  { load }: Pick<Level, "load">,
  records: readonly RequestRecord[],
  { slos, gates }: AskedVerdict,
): LevelFigures | null {
  const run = records.filter(({ stage }) => stage === "run");
  const steady = steadyWindow(run.map(timesOf).sort((a, b) => a.intendedAt - b.intendedAt));
  const all = wholeWindow(run);
  if (all === null) return null;
  const whole = windowFigures(run, all);
  const window = steady === null ? whole : windowFigures(run, steady);
  const due = dueWithin(run, steady ?? all);
  const goodput = slos === null ? null : goodputOf(due, slos, window.durationS);
  const judged = judgeGates(gates, { whole: { ...window, goodput }, steady: null });
  return {
    window: steady === null ? "whole" : "steady",
    durationS: window.durationS,
    n: window.requests.total,
    requests: whole.requests,
    askedPerS: load.kind === "rate" ? load.ratePerS : null,
    plannedPerS: null,
    sentPerS: load.kind === "rate" ? eventRatePerS(startsSentAt(run)) : null,
    hitCap: null,
    requestThroughputPerS: window.requestThroughputPerS,
    outputTokensPerS: window.outputThroughputPerS,
    answerTokens: answerTokensOf(window),
    sessions: null,
    peakInFlight: peakInFlight(run),
    ttftMs: latencyOf(window, "ttft"),
    tpotMs: latencyOf(window, "tpot"),
    ntpotMs: latencyOf(window, "ntpot"),
    e2elMs: latencyOf(window, "e2el"),
    goodput,
    usdPerMOutputTokens: null,
    usdPerMTotalTokens: null,
    joulesPerOutputToken: null,
    gpus: null,
    outputTokensPerSPerGpu: null,
    validity: { verdict: "doubtful", reasons: ["the level was killed before its client was judged"] },
    gatesFailed: judged.filter(({ passed }) => !passed).length,
  };
}
