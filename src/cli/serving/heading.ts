import type { TargetOptions } from "../../benchmarks/serving/client/http-client.ts";
import type { ServingPlan } from "../../benchmarks/serving/plan.ts";
import type { Arrival } from "../../benchmarks/serving/workload/arrivals.ts";
import type { SessionSource } from "../../benchmarks/serving/workload/conversation.ts";
import type { ThinkTime } from "../../benchmarks/serving/workload/think-time.ts";
import { assertNever } from "../../core/errors.ts";
import { formatDuration, formatNumber } from "../../core/units.ts";
import { version } from "../../core/version.ts";

/** Where the names of several models take more columns, the line has no place for them. */
const MOST_NAMES = 58;

/** What was run, in a few lines of at most 80 columns. */
export function headingOf(plan: ServingPlan, target: TargetOptions): string[] {
  const url = new URL(target.url);
  url.username = "";
  url.password = "";
  url.search = "";
  return [
    `inferbench ${version} serving   ${url.href}`,
    `${modelsText(plan)} · ${target.protocol.name}`,
    `${loadText(plan)} · ${stopText(plan)} · seed ${plan.seed}`,
    ...(plan.sessions === null ? [] : [sessionText(plan.sessions)]),
  ];
}

function modelsText({ trafficSplit, request }: ServingPlan): string {
  if (trafficSplit === null) return `model ${request.model || "(not named)"}`;
  const shares = trafficSplit.weights.map(percent);
  const named = `models ${trafficSplit.models.map((name, i) => `${name} ${shares[i]}`).join(", ")}`;
  return Bun.stringWidth(named) <= MOST_NAMES ? named : `${shares.length} models, ${shares.join(", ")}`;
}

function percent(share: number): string {
  return `${Number((100 * share).toPrecision(3))} %`;
}

function loadText({ load, sessions }: ServingPlan): string {
  if (load.kind === "closed") return `closed loop, ${plural(load.concurrency, "user")}`;
  const cap = load.concurrency === null ? "" : `, at most ${load.concurrency} in flight`;
  return `open loop, ${arrivalText(load.arrival, sessions === null ? "req/s" : "sessions/s")}${cap}`;
}

function sessionText({ conversations, mostTurns, thinkTime }: SessionSource): string {
  return `${plural(conversations, "conversation")} of up to ${plural(mostTurns, "turn")} · think time ${thinkText(thinkTime)}`;
}

function thinkText(think: ThinkTime): string {
  switch (think.kind) {
    case "constant":
      return think.ms === 0 ? "none" : formatDuration(think.ms);
    case "exponential":
      return `exponential, mean ${formatDuration(think.meanMs)}`;
    case "uniform":
      return `uniform, ${formatDuration(think.minMs)} to ${formatDuration(think.maxMs)}`;
    case "lognormal":
      return `lognormal, mean ${formatDuration(think.meanMs)}, sd ${formatDuration(think.sdMs)}`;
    default:
      return assertNever(think);
  }
}

function arrivalText(arrival: Arrival, unit: string): string {
  switch (arrival.kind) {
    case "poisson":
    case "constant":
      if (!Number.isFinite(arrival.ratePerS)) return "all at once";
      return `${arrival.kind === "poisson" ? "Poisson" : "constant"}, ${arrival.ratePerS} ${unit}`;
    case "gamma":
      return `gamma of burstiness ${arrival.burstiness}, ${arrival.ratePerS} ${unit}`;
    case "burst":
      return `${arrival.size} at once each ${formatDuration(arrival.everyMs)}`;
    case "ramp":
      return `${arrival.shape} ramp, ${arrival.fromPerS} to ${arrival.toPerS} ${unit} in ${formatDuration(arrival.overMs)}`;
    case "trace":
      return "as in the trace";
    default:
      return assertNever(arrival);
  }
}

function stopText({ stop, sessions }: ServingPlan): string {
  const limits = [];
  if (stop.requests !== null) limits.push(plural(stop.requests, sessions === null ? "request" : "session"));
  if (stop.durationMs !== null) limits.push(formatDuration(stop.durationMs));
  const limit = limits.join(" or ");
  if (stop.until === undefined) return limit;
  return `until ${stop.until.map(({ text }) => text).join(" and ")}, at most ${limit}`;
}

function plural(n: number, noun: string): string {
  return `${formatNumber(n)} ${noun}${n === 1 ? "" : "s"}`;
}
