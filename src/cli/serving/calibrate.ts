import { type CalibrationOutcome, compareWithTruth } from "../../benchmarks/serving/calibration.ts";
import { type ExpectedLoad, expectedLoad, type Pace } from "../../benchmarks/serving/calibration-load.ts";
import {
  type CalibrationPlan,
  calibrationPlan,
  mockItlMs,
} from "../../benchmarks/serving/calibration-plan.ts";
import type { TargetOptions } from "../../benchmarks/serving/client/http-client.ts";
import type { ServingPlan } from "../../benchmarks/serving/plan.ts";
import { openaiCompletions } from "../../benchmarks/serving/protocols/openai-completions.ts";
import type { RequestRecord } from "../../benchmarks/serving/record.ts";
import { clientCap, type RunResult, runServing } from "../../benchmarks/serving/run.ts";
import { PollingAlarm } from "../../core/alarm.ts";
import type { Clock } from "../../core/clock.ts";
import { messageOf } from "../../core/errors.ts";
import { fetchCap } from "../../core/fetch-cap.ts";
import { interruptedEarly } from "../../core/signals.ts";
import { openFilesLimit } from "../../native/libc.ts";
import { withSpinner } from "../ui/spinner.ts";
import { type OwnMock, startOwnMock } from "./own-mock.ts";

/** All of it takes no longer than this. */
const TOTAL_MS = 3000;
/** Requests are sent for this long where the mock's start leaves the time, and for no less than this at the least. */
const SEND_MS = 2000;
const LEAST_SEND_MS = 800;
/** For what is open to end, for the mock to end, and for the comparison. */
const CLOSING_MS = 400;
/** What is not over by then is given up, which takes a moment too. */
const GIVE_UP_MS = 2800;

/** A batching server without limits: each step takes the gap between tokens, and gives every stream one. */
const MOCK_FLAGS = ["--engine", "batching", "--step-per-seq", "0ms", "--any-model"].concat(
  ["--max-num-seqs", "--max-num-batched-tokens", "--kv-tokens", "--prefill-tokens-per-s"].flatMap((flag) => [
    flag,
    "1000000000",
  ]),
);

export interface CalibrateOptions {
  load: ExpectedLoad;
  target: TargetOptions;
  request: ServingPlan["request"];
  clock: Clock;
  interrupt: AbortSignal;
  /** The words that start this program; tests pass their own. */
  program?: readonly string[];
}

/**
 * The calibration of the client that a plan will be executed by: of one process, at its share of the load.
 * @param pace of the server's streams, as far as it is known
 * @throws ToolError INTERRUPTED, exit 130
 */
export async function calibrated(
  plan: ServingPlan,
  workers: number,
  target: TargetOptions,
  pace: Pace | null,
  clock: Clock,
  interrupt: AbortSignal,
): Promise<CalibrationOutcome> {
  const whole = expectedLoad(plan, pace);
  const load = {
    ...whole,
    requestsPerS: whole.requestsPerS / workers,
    chunksPerS: whole.chunksPerS / workers,
  };
  const options = { load, target, request: plan.request, clock, interrupt };
  const outcome = await withSpinner("calibrating this client against a simulated server", calibrate(options));
  if (interrupt.aborted) throw interruptedEarly();
  return outcome;
}

/** Measures what this client's figures are off by, against a mock of its own, in 3 s at the most. Never throws. */
export async function calibrate(options: CalibrateOptions): Promise<CalibrationOutcome> {
  const { load, clock, interrupt } = options;
  const startedAt = clock.now();
  const over = AbortSignal.any([interrupt, AbortSignal.timeout(GIVE_UP_MS)]);
  let mock: OwnMock | undefined;
  try {
    const startMs = TOTAL_MS - LEAST_SEND_MS - CLOSING_MS;
    const mockOptions = { signal: over, startMs, program: options.program };
    mock = await startOwnMock([...MOCK_FLAGS, "--step-base", `${mockItlMs(load)}ms`], mockOptions);
    const leftMs = TOTAL_MS - CLOSING_MS - (clock.now() - startedAt);
    const calibration = planOf(options, Math.min(SEND_MS, leftMs));
    const { records, result } = await send(calibration, mock.url, options, over);
    const truths = await mock.stop();
    if (interrupt.aborted) return { ok: false, reason: "it was interrupted" };
    if (over.aborted) return { ok: false, reason: `it was not over after ${GIVE_UP_MS} ms` };
    const { streams, settledMs } = calibration;
    const figures = compareWithTruth(records, truths, result.startAt + settledMs);
    return { ok: true, expected: load, streams, ...figures, tookMs: clock.now() - startedAt };
  } catch (error) {
    const prefix = mock === undefined ? "no mock could be started: " : "";
    return { ok: false, reason: prefix + messageOf(error) };
  } finally {
    await mock?.stop();
  }
}

function planOf({ load, request }: CalibrateOptions, sendMs: number): CalibrationPlan {
  const mostStreams = clientCap(fetchCap(), openFilesLimit().soft);
  return calibrationPlan(load, { sendMs, mostStreams }, request);
}

/** Through the same client as the run's; without its headers, which hold its keys. */
async function send(
  { plan }: CalibrationPlan,
  url: string,
  { target, clock }: CalibrateOptions,
  interrupt: AbortSignal,
): Promise<{ records: RequestRecord[]; result: RunResult }> {
  const isSpoken = target.protocol.name !== "template";
  const protocol = isSpoken ? target.protocol : openaiCompletions;
  const alarm = new PollingAlarm(clock);
  const records: RequestRecord[] = [];
  let result: RunResult | undefined;
  const events = runServing(plan, {
    clock,
    alarm,
    interrupt,
    target: {
      ...target,
      url: url + protocol.defaultPath,
      protocol,
      headers: { "content-type": "application/json" },
      proxy: false,
    },
    onExchange: ({ record }) => records.push(record),
    onStart() {},
  });
  for await (const event of events) if (event.type === "done") result = event.result;
  alarm.close();
  return { records, result: result! };
}
