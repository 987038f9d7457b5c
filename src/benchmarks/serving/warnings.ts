import { formatDuration, formatNumber } from "../../core/units.ts";
import { gpuWarnings } from "../../telemetry/gpu/run-figures.ts";
import { serverMetricsWarnings } from "../../telemetry/server-metrics/warnings.ts";
import { BACK_OFF_MS } from "./dispatcher.ts";
import { closedLoopPause, omissionWarning } from "./omission.ts";
import { isUnconnected, type RequestRecord } from "./record.ts";
import { sloValue } from "./slo.ts";
import { steadinessWarnings } from "./steadiness-warnings.ts";
import type { SummaryContext } from "./summary-context.ts";
import type { ServingSummary, Warning } from "./summary-shape.ts";
import { tokenWarnings } from "./token-warnings.ts";

/** A run with so many times the chunk rate of its calibration is beyond it. */
const BEYOND_CALIBRATION = 1.5;
/** Bun's pool of idle connections has this many places (oven-sh/bun#42608); above it connections are opened anew. */
const IDLE_POOL = 64;

/** All warnings of a run. */
export function warningsOf(
  summary: ServingSummary,
  run: readonly RequestRecord[],
  context: SummaryContext,
): Warning[] {
  const warnings: Warning[] = [];
  const warn = (code: string, message: string, hint: string) => warnings.push({ code, message, hint });
  const { load, tokens, whole } = summary;
  const successes = run.filter((r) => r.failure === null);

  if (whole !== null && whole.requests.failed > whole.requests.censored) {
    const failed = whole.requests.failed - whole.requests.censored;
    const [failureClass, count] = Object.entries(whole.requests.byClass)
      .filter(([name]) => name !== "aborted")
      .sort(([, a], [, b]) => b - a)[0]!;
    const example = run.find((r) => r.failure?.class === failureClass)!.failure!.message;
    warn(
      "failures",
      `${failed} of ${whole.requests.total} requests failed, ${count} of them as ${failureClass}: ${example}`,
      "requests.jsonl has each one's class and phase.",
    );
  }
  const sessions = summary.sessions;
  if (sessions !== null && sessions.brokenOff > 0) {
    const silent = successes.filter((r) => r.turn !== r.turns! - 1 && r.channels.answer === 0).length;
    warn(
      "sessions",
      `${sessions.brokenOff} of ${sessions.started} sessions were broken off${silent === 0 ? "" : `, ${silent} of them by an answer that was all reasoning or tool calls`}; ${sessions.turns.unsentAfterFailure} turns were never sent`,
      silent === 0
        ? "Later turns are those of the sessions that went well."
        : "The dataset's answers are too short for this model's reasoning: switch that off (--extra-body).",
    );
  }
  if (whole !== null && whole.requests.censored > 0) {
    warn(
      "censored",
      `${whole.requests.censored} requests were not finished when the run ended: TTFT and E2EL count them as longer than they had lasted, and ≥ marks what is only a lower bound; the other rows leave them out`,
      context.result.interrupted ? "The run was interrupted." : "Raise --drain-timeout, or lower the load.",
    );
  }
  const omission = omissionWarning(summary);
  if (omission !== null) warnings.push(omission);
  else if (load.hitCap === "concurrency" && load.kind === "open") {
    warn(
      "held-back",
      `requests had to wait for one of ${load.concurrency} slots (--concurrency): the load was held back`,
      "Latencies from intended time include that wait, those from sent time do not.",
    );
  }
  const sent = run.filter(({ sentAt }) => sentAt !== null).length;
  if (load.kind === "closed" && load.concurrency !== null && sent < load.concurrency)
    warn(
      "fewer-in-flight",
      `no more than ${load.peakInFlight} requests were in flight, where ${load.concurrency} users were asked for: ${sent} were sent`,
      "Give it at least as many prompts as users (--num-prompts).",
    );
  const backOffs = load.kind === "closed" ? run.filter(isUnconnected).length : 0;
  if (backOffs > 0)
    warn(
      "backed-off",
      `${backOffs} times a user found no server and waited before the next request, ${formatDuration(BACK_OFF_MS.first)} at first and up to ${formatDuration(BACK_OFF_MS.most)}`,
      "While the server was gone fewer requests were sent than users without that wait would have sent.",
    );
  // Users who wait for a server to come back do not wait for their answers.
  const pause = backOffs > 0 ? null : closedLoopPause(summary, run);
  if (pause !== null) warnings.push(pause);
  warnings.push(...steadinessWarnings(summary, context.plan.load));
  for (const { condition, relativeHalfWidth: width } of summary.until.filter(({ reached }) => !reached)) {
    warn(
      "until",
      `${condition} was not reached: ${width === null ? "there is no interval yet" : `the interval is ± ${(100 * width).toFixed(1)} %`}`,
      context.result.interrupted ? "The run was interrupted." : "Raise --max-duration, or the load.",
    );
  }
  if (load.hitCap === "client") {
    warn(
      "client-cap",
      load.kind === "open"
        ? `the client held ${load.peakInFlight} requests at once, its own limit; later ones had to wait`
        : `the client held ${load.peakInFlight} requests at once, its own limit, instead of the ${load.concurrency} users asked for`,
      load.kind === "open"
        ? "Latencies from intended time include that wait. Raise the open-files limit or use several machines."
        : "Raise the open-files limit (ulimit -n) or use several machines.",
    );
  }
  const { verdict, reasons } = summary.validity;
  const judged =
    verdict === "unfit" ? "the client was not fit to measure this" : "the client may blur these figures";
  if (reasons.length > 0) {
    const list = reasons.map((reason) => `\n  - ${reason}`).join("");
    warn("client", `${judged}:${list}`, "Give it a quieter core, or a machine of its own.");
  }
  addClientWarnings(summary, run, warn);
  if (successes.length > 0 && tokens.streamed < successes.length) {
    warn(
      "not-streamed",
      `${successes.length - tokens.streamed} of ${successes.length} answers came in one piece: their TTFT is the time to the whole answer, TPOT and ITL are not known`,
      'Ask for a stream (--stream, or "stream": true in the template).',
    );
  }
  warnings.push(...tokenWarnings(successes, summary, context.plan.request));
  for (const { name } of context.slos?.slos ?? []) {
    if (successes.length > 0 && successes.every((r) => sloValue(name, r) === null)) {
      warn(
        "slo",
        `no request has a ${name}, so that its limit was missed by none`,
        "Ask for a stream, or leave this limit out.",
      );
    }
  }
  if (summary.gpu !== null) warnings.push(...gpuWarnings(summary.gpu));
  if (summary.serverMetrics !== null)
    warnings.push(...serverMetricsWarnings(summary.serverMetrics, whole?.requests.total ?? 0));
  if (load.connections === "new, the server closes them") {
    warn(
      "server-closes",
      "the server closes each connection after its answer, so every request opened a new one",
      "Its connect is inside TTFT and latency, as it would be for any client of this server.",
    );
  }
  if (load.peakInFlight > IDLE_POOL && load.kind === "open" && load.connections === "reused") {
    warn(
      "connections",
      `up to ${load.peakInFlight} requests were in flight, and only ${IDLE_POOL} idle connections are kept: some requests include a TCP connect`,
      "On a fast network this is well under a millisecond; with TLS or a long way it is not.",
    );
  }
  return warnings;
}

function addClientWarnings(
  { client, whole }: ServingSummary,
  run: readonly RequestRecord[],
  warn: (code: string, message: string, hint: string) => void,
): void {
  for (const what of client.notMeasured) {
    warn("client-figures", `not measured: ${what}`, "The verdict on the client does without it.");
  }
  const { calibration } = client;
  if (calibration?.ok === false) {
    warn(
      "calibration",
      `no error bars, the client was not calibrated: ${calibration.reason}`,
      "The run does not depend on it; --no-calibrate leaves it out.",
    );
  }
  if (calibration?.ok !== true || whole === null) return;
  const chunks = run.reduce((sum, r) => sum + r.chunkUs.length, 0);
  const chunksPerS = chunks / whole.durationS;
  if (chunksPerS > BEYOND_CALIBRATION * calibration.chunksPerS) {
    const [had, at] = [chunksPerS, calibration.chunksPerS].map((perS) => formatNumber(perS));
    warn(
      "beyond-calibration",
      `the run had ${had} chunks/s, and the client was calibrated at ${at}: its errors may be larger than shown`,
      "Calibrations are made at 10,000 chunks/s at the most.",
    );
  }
}
