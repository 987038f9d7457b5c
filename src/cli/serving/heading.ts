import type { TargetOptions } from "../../benchmarks/serving/client/http-client.ts";
import type { ServingPlan } from "../../benchmarks/serving/plan.ts";
import type { Arrival } from "../../benchmarks/serving/workload/arrivals.ts";
import { assertNever } from "../../core/errors.ts";
import { formatDuration, formatNumber } from "../../core/units.ts";
import { version } from "../../core/version.ts";

/** What was run, in a few lines of at most 80 columns. */
export function headingOf(plan: ServingPlan, target: TargetOptions): string[] {
  const url = new URL(target.url);
  url.username = "";
  url.password = "";
  url.search = "";
  return [
    `inferbench ${version} serving   ${url.href}`,
    [`model ${plan.request.model || "(not named)"}`, target.protocol.name].join(" · "),
    `${loadText(plan)} · ${stopText(plan)} · seed ${plan.seed}`,
  ];
}

function loadText({ load }: ServingPlan): string {
  if (load.kind === "closed") return `closed loop, ${plural(load.concurrency, "user")}`;
  const cap = load.concurrency === null ? "" : `, at most ${load.concurrency} in flight`;
  return `open loop, ${arrivalText(load.arrival)}${cap}`;
}

function arrivalText(arrival: Arrival): string {
  switch (arrival.kind) {
    case "poisson":
    case "constant":
      if (!Number.isFinite(arrival.ratePerS)) return "all at once";
      return `${arrival.kind === "poisson" ? "Poisson" : "constant"}, ${arrival.ratePerS} req/s`;
    case "gamma":
      return `gamma of burstiness ${arrival.burstiness}, ${arrival.ratePerS} req/s`;
    case "burst":
      return `${arrival.size} at once each ${formatDuration(arrival.everyMs)}`;
    case "ramp":
      return `${arrival.shape} ramp, ${arrival.fromPerS} to ${arrival.toPerS} req/s in ${formatDuration(arrival.overMs)}`;
    case "trace":
      return "as in the trace";
    default:
      return assertNever(arrival);
  }
}

function stopText({ stop }: ServingPlan): string {
  const limits = [];
  if (stop.requests !== null) limits.push(plural(stop.requests, "request"));
  if (stop.durationMs !== null) limits.push(formatDuration(stop.durationMs));
  const limit = limits.join(" or ");
  if (stop.until === undefined) return limit;
  return `until ${stop.until.map(({ text }) => text).join(" and ")}, at most ${limit}`;
}

function plural(n: number, noun: string): string {
  return `${formatNumber(n)} ${noun}${n === 1 ? "" : "s"}`;
}
