import { fromZero, suited } from "../axis.ts";
import { runStyle } from "../run-style.ts";
import type { Layer, Panel, Style } from "../spec.ts";
import type { OverTime } from "./over-time-data.ts";
import { keyOf, stepsOf, valuesOf } from "./time-lines.ts";

/* What one run shows by time. */

const MAIN: Style = runStyle(0);
const SECOND: Style = runStyle(1);
const THIRD: Style = runStyle(2);

export function inFlightPanel({ edgesS, inFlight }: OverTime): Panel {
  const layers: Layer[] = [
    { kind: "line", style: SECOND, points: stepsOf(edgesS, inFlight.most), thin: true },
    { kind: "line", style: MAIN, points: stepsOf(edgesS, inFlight.mean) },
  ];
  return {
    name: "Requests in flight",
    y: fromZero(valuesOf(layers), 1),
    layers,
    key: keyOf("mean in each bin", "most"),
  };
}

export function ttftPanel({ ttft }: OverTime): Panel {
  const layers: Layer[] =
    ttft.kind === "points"
      ? [{ kind: "points", style: MAIN, points: ttft.points, small: true }]
      : [
          { kind: "line", style: THIRD, points: ttft.most, thin: true },
          { kind: "line", style: SECOND, points: ttft.p90 },
          { kind: "line", style: MAIN, points: ttft.p50 },
        ];
  const key = ttft.kind === "points" ? [] : keyOf("p50 in each bin", "p90", "largest");
  return {
    name: `TTFT${ttft.kind === "points" ? " of each request" : ""} by send time, ms`,
    y: suited(valuesOf(layers)),
    layers,
    key,
  };
}

export function requestsPanel({ edgesS, sentPerS, succeededPerS, failedPerS }: OverTime): Panel {
  const layers: Layer[] = [
    { kind: "line", style: SECOND, points: stepsOf(edgesS, sentPerS), thin: true },
    { kind: "line", style: MAIN, points: stepsOf(edgesS, succeededPerS) },
  ];
  const hasFailures = failedPerS.some((n) => n > 0);
  if (hasFailures)
    layers.push({ kind: "line", style: THIRD, points: stepsOf(edgesS, failedPerS), thin: true });
  const key = keyOf("succeeded", "sent", ...(hasFailures ? ["failed"] : []));
  return { name: "Requests per second", y: fromZero(valuesOf(layers), 1), layers, key };
}

export function tokensPanel({ edgesS, tokensPerS }: OverTime): Panel {
  const layers: Layer[] = [{ kind: "line", style: MAIN, points: stepsOf(edgesS, tokensPerS) }];
  return { name: "Output throughput, tok/s", y: fromZero(valuesOf(layers), 1), layers };
}
