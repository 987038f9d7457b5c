import {
  exactFigure,
  type Gate,
  type GateFigure,
  type GateResult,
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

const SHARES: ReadonlySet<string> = new Set(["goodput", "failed-share"]);

/** `goodput>=0.95`, `ttft.p99<800ms`. @throws ToolError USAGE naming what is wrong */
export function parseGate(text: string): Gate {
  const names = Object.keys(FIGURES);
  const unitOf = (name: string) => (SHARES.has(name) ? "share" : "number");
  return parseGateOf(text, {
    metric: metricNamed,
    figures: Object.fromEntries(names.map((name) => [name, unitOf(name)])),
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
