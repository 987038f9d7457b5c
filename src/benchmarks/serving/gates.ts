import {
  exactFigure,
  type Gate,
  type GateFigure,
  type GateResult,
  type GateUnit,
  judgeEach,
  parseGateOf,
  statisticOf,
} from "../../analysis/gate.ts";
import { knownNames, metricNamed } from "./metric-table.ts";
import type { WindowSummary } from "./summary-shape.ts";

/** What gates look at of a window. */
export type JudgedWindow = Pick<
  WindowSummary,
  "goodput" | "requestThroughputPerS" | "outputThroughputPerS" | "requests" | "metrics"
>;

/** Figures of a window that are one number. */
const FIGURES: Readonly<Record<string, (w: JudgedWindow) => number | null>> = {
  goodput: (w) => w.goodput?.fraction ?? null,
  "goodput-rate": (w) => w.goodput?.perS ?? null,
  "request-throughput": (w) => w.requestThroughputPerS,
  "output-throughput": (w) => w.outputThroughputPerS,
  "failed-share": (w) => (w.requests.total === 0 ? null : w.requests.failed / w.requests.total),
};

const UNITS: Readonly<Record<string, GateUnit>> = {
  goodput: "share",
  "goodput-rate": "req/s",
  "request-throughput": "req/s",
  "output-throughput": "tok/s",
  "failed-share": "share",
};

/** `goodput>=0.95`, `ttft.p99<800ms`. @throws ToolError USAGE naming what is wrong */
export function parseGate(text: string): Gate {
  const names = Object.keys(FIGURES);
  return parseGateOf(text, {
    metric: metricNamed,
    figures: UNITS,
    known: (name) => knownNames(name, names),
    example: "Examples: --gate 'goodput>=0.95' --gate 'ttft.p99<800ms' --gate 'failed-share<0.01'",
  });
}

/** Each gate over the steady window, or over the whole run where there is none. */
export function judgeGates(
  gates: readonly Gate[],
  { whole, steady }: Readonly<Record<"whole" | "steady", JudgedWindow | null>>,
): GateResult[] {
  const window = steady ?? whole;
  return judgeEach(gates, (gate) => (window === null ? null : figureOf(gate, window)));
}

function figureOf({ figure, statistic }: Gate, window: JudgedWindow): GateFigure | null {
  if (statistic === null) return exactFigure(FIGURES[figure]!(window));
  const metric = window.metrics[figure];
  return metric ? statisticOf(metric, statistic) : null;
}
