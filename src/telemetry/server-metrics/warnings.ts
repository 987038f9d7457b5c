import { knownFigures } from "./known.ts";
import type { ServerMetricsSummary } from "./summary.ts";

/** A reason to read a figure with care. */
export interface ServerMetricsWarning {
  code: "server-metrics";
  message: string;
  hint: string;
}

/** More that the server finished than this run sent, as a share and as a number: a little may be left over from the warm-up. */
const OTHERS_SHARE = 0.02;
const OTHERS_LEAST = 5;

/** What the figures warn of. @param due requests of the run */
export function serverMetricsWarnings(summary: ServerMetricsSummary, due: number): ServerMetricsWarning[] {
  const warnings: ServerMetricsWarning[] = [];
  const warn = (message: string, hint: string) => warnings.push({ code: "server-metrics", message, hint });
  const { scrapes, problem, whole, url } = summary;
  if (problem !== null) warn(problem, "The run's other figures do not depend on it.");
  const failed = Object.entries(scrapes.failed);
  if (failed.length > 0) {
    const count = failed.reduce((sum, [, n]) => sum + n, 0);
    const reasons = failed.map(([reason, n]) => `${reason} ${n}`).join(", ");
    warn(
      `${count} of ${scrapes.n + count} scrapes of ${url} failed (${reasons})`,
      "Gauges lack these instants; what is counted is over the time between the first and the last that came.",
    );
  }
  if (scrapes.malformedLines > 0) {
    warn(
      `${scrapes.malformedLines} lines of ${url} are not in Prometheus' text format and were left out`,
      "Is it the server's own /metrics?",
    );
  }
  if (whole === null) return warnings;
  const resets = Object.values(whole.metrics).some(
    (figures) => figures.type !== "gauge" && figures.resets > 0,
  );
  if (resets) {
    warn(
      "counters of the server began anew during the run: it was restarted, or several servers answer at this address",
      "Name one server with --metrics-url.",
    );
  }
  const finished = knownFigures(whole).finished?.increase ?? 0;
  if (finished > due + Math.max(OTHERS_LEAST, OTHERS_SHARE * due)) {
    warn(
      `the server finished ${finished} requests while this run had ${due}: others use it, too`,
      "Its figures, and the client's, are of all that load.",
    );
  }
  return warnings;
}
