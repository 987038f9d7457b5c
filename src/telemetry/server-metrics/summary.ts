import { chosenSeries } from "./chosen.ts";
import { counterFigures } from "./counter.ts";
import type { MetricFigures } from "./figures.ts";
import { gaugeFigures } from "./gauge.ts";
import { histogramFigures } from "./histogram.ts";
import type { MetricsHistory, SeriesHistory } from "./history.ts";
import type { ScrapeCost } from "./scrape-cost.ts";
import { partStretch, type Stretch, wholeStretch } from "./stretch.ts";

/** What the server said of itself in a window of the run. */
export interface ServerWindow {
  /** Scrapes inside it. */
  scrapes: number;
  /** The time that counters and histograms belong to. */
  countedS: number;
  /** By the server's own names. */
  metrics: Record<string, MetricFigures>;
}

/** What the server said of itself during a run. */
export interface ServerMetricsSummary {
  /** Without log-in and query. */
  url: string;
  intervalMs: number;
  scrapes: ScrapeCost;
  /** Why there are no figures, or why they end before the run; null when all is there. */
  problem: string | null;
  /** The model whose series these are; null: the server does not tell models apart, or not by this name, and these are all. */
  model: string | null;
  whole: ServerWindow | null;
  steady: ServerWindow | null;
}

/** All that was read beside a run. */
export interface ServerMetricsRecord
  extends Pick<ServerMetricsSummary, "url" | "intervalMs" | "scrapes" | "problem"> {
  history: MetricsHistory;
}

interface Window {
  startAt: number;
  endAt: number;
}

/** Pure: the figures of each window. */
export function summarizeServerMetrics(
  { history, ...about }: ServerMetricsRecord,
  windows: { whole: Window | null; steady: Window | null },
  model: string,
): ServerMetricsSummary {
  const chosen = chosenSeries(history.series, model);
  const families = Map.groupBy(chosen.series, ({ family }) => family);
  const windowOf = (window: Window | null, stretchOf: typeof wholeStretch): ServerWindow | null => {
    if (window === null || history.atMs.length === 0) return null;
    const stretch = stretchOf(history.atMs, window);
    const figures = [...families].map(
      ([family, series]) => [family, figuresOf(series, history.atMs, stretch, about.intervalMs)] as const,
    );
    return {
      scrapes: Math.max(0, stretch.last - stretch.first + 1),
      countedS: stretch.countedS,
      metrics: Object.fromEntries(
        figures.filter((entry): entry is [string, MetricFigures] => entry[1] !== null),
      ),
    };
  };
  return {
    ...about,
    model: chosen.model,
    whole: windowOf(windows.whole, wholeStretch),
    steady: windowOf(windows.steady, partStretch),
  };
}

function figuresOf(
  series: readonly SeriesHistory[],
  atMs: readonly number[],
  stretch: Stretch,
  intervalMs: number,
): MetricFigures | null {
  switch (series[0]!.type) {
    case "counter":
      return counterFigures(series, atMs, stretch, intervalMs);
    case "histogram":
    case "summary":
      return histogramFigures(series, stretch);
    case "gauge":
    case "untyped":
      return gaugeFigures(series, atMs, stretch);
  }
}
