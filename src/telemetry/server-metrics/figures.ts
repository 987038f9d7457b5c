import type { Population } from "../../analysis/population.ts";

/* The shape of a metric's figures in summary.json; null: not known. */

export interface GaugeFigures extends Population {
  type: "gauge";
  /** How several series were put together at each scrape; null: there is one. */
  combined: "sum" | "mean" | null;
  /** Each of several. */
  series: ({ labels: Readonly<Record<string, string>> } & Population)[];
}

export interface CounterFigures {
  type: "counter";
  /** Of all series. */
  increase: number;
  ratePerS: number | null;
  /** Of the stretches from scrape to scrape; null where there is none. */
  ratesPerS: Population | null;
  /** How often it began anew, as at a restart of the server. */
  resets: number;
  /** Each of several. */
  series: { labels: Readonly<Record<string, string>>; increase: number }[];
}

/** A quantile of a histogram: a straight line inside the bucket that holds it, whose ends are all that is known. */
export interface BucketQuantile {
  /** null: above every finite bound. */
  value: number | null;
  low: number;
  high: number | null;
}

export interface HistogramFigures {
  type: "histogram";
  n: number;
  mean: number | null;
  /** Ends of the lowest and of the highest bucket that holds any; null: none does, or it has no end. */
  min: number | null;
  max: number | null;
  /** null where there is nothing, or no buckets. */
  p50: BucketQuantile | null;
  p90: BucketQuantile | null;
  p95: BucketQuantile | null;
  p99: BucketQuantile | null;
  resets: number;
}

export type MetricFigures = GaugeFigures | CounterFigures | HistogramFigures;
