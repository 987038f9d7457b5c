import type { TargetOptions } from "../../benchmarks/serving/client/http-client.ts";
import type { Clock } from "../../core/clock.ts";
import { environmentError, usageError } from "../../core/errors.ts";
import { parseExposition } from "../../telemetry/server-metrics/exposition.ts";
import { fetchMetrics, type MetricsSource } from "../../telemetry/server-metrics/fetch-metrics.ts";
import { type ServerMetricsMonitor, startServerMetrics } from "../../telemetry/server-metrics/monitor.ts";
import { openMetricsScraper } from "../../workers.ts";
import { notes } from "../ui/notes.ts";
import { basicLogin, checkedUrl, type ServingValues } from "./config.ts";

/** How long a scrape may take. */
const TIMEOUT_MS = 5000;

/** The default of --scrape-interval. */
const DEFAULT_INTERVAL_MS = 1000;

/**
 * Where the server's metrics are read: --metrics-url, else /metrics beside the endpoint.
 * @returns null where they are not asked for
 * @throws ToolError USAGE
 */
export function metricsSourceOf(values: ServingValues, target: TargetOptions): MetricsSource | null {
  const { scrapeServerMetrics, metricsUrl, scrapeInterval, pmNamespace, pmJob } = values;
  if (!scrapeServerMetrics) {
    const [idle] = [
      ["--metrics-url", metricsUrl !== undefined],
      ["--scrape-interval", scrapeInterval !== DEFAULT_INTERVAL_MS],
      ["--pm-namespace", pmNamespace !== undefined],
      ["--pm-job", pmJob !== undefined],
    ].find(([, isGiven]) => isGiven) ?? [null];
    if (idle !== null)
      throw usageError(`${idle} is for the server's metrics`, "Add --scrape-server-metrics.");
    return null;
  }
  const { origin } = new URL(target.url);
  const url =
    metricsUrl === undefined ? new URL("/metrics", origin) : checkedUrl(metricsUrl, "--metrics-url");
  const headers = headersOf(url, origin, target);
  // The log-in is in the headers now.
  url.username = "";
  url.password = "";
  const { tls, proxy } = target;
  return { url: url.href, headers, tls, proxy, intervalMs: scrapeInterval, timeoutMs: TIMEOUT_MS };
}

/** The log-in of the URL; else, at the endpoint's own server, that of requests: a key goes nowhere else. */
function headersOf(url: URL, origin: string, target: TargetOptions): Record<string, string> {
  const login = basicLogin(url);
  if (login !== null) return { authorization: login };
  if (url.origin !== origin) return {};
  const { "content-type": _, accept: __, ...headers } = target.headers as Record<string, string>;
  return headers;
}

/** Says what the seed's flags come to here. */
export function sayOfMetrics({ pmNamespace, pmJob }: ServingValues): void {
  const given = [
    ...(pmNamespace === undefined ? [] : ["--pm-namespace"]),
    ...(pmJob === undefined ? [] : ["--pm-job"]),
  ];
  if (given.length > 0)
    notes.info(
      `metrics are read from the server itself, so that ${given.join(" and ")} ${given.length > 1 ? "choose" : "chooses"} nothing`,
    );
}

/** Reads the metrics once, before any load. @throws ToolError, exit 4, where the server has none */
export async function checkMetrics(source: MetricsSource, clock: Clock): Promise<void> {
  using session = new Bun.FetchSession();
  const fetched = await fetchMetrics(source, clock, session);
  const { origin, pathname } = new URL(source.url);
  const refuse = (message: string) =>
    environmentError(
      "NO_METRICS",
      `${origin}${pathname} ${message}`,
      "SGLang needs --enable-metrics, llama.cpp --metrics; name another place with --metrics-url, or leave --scrape-server-metrics out.",
    );
  if (!fetched.ok) throw refuse(`gives no metrics: ${fetched.message}`);
  if (parseExposition(fetched.text).samples.length === 0)
    throw refuse("answers, but not with metrics in Prometheus' text format");
}

/** Starts what reads them beside a run. Its thread writes the file. */
export function openServerMetrics(
  source: MetricsSource | null,
  path: string,
  clock: Clock,
): ServerMetricsMonitor | null {
  if (source === null) return null;
  return startServerMetrics({
    source,
    path,
    clock,
    openThread: openMetricsScraper,
    onWriteError: (message) => notes.error(`${path} takes no more: ${message}`),
  });
}
