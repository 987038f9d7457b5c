import type { Clock } from "../../core/clock.ts";
import { messageOf, systemCode } from "../../core/errors.ts";

/** Where metrics are read, and how. */
export interface MetricsSource {
  /** Without a log-in, which stands in the headers. */
  url: string;
  headers: Readonly<Record<string, string>>;
  tls: { rejectUnauthorized: boolean };
  /** false: none. */
  proxy: string | false;
  /** ms from one scrape to the next. */
  intervalMs: number;
  /** How long one may take, in ms. */
  timeoutMs: number;
}

export type Fetched =
  | { ok: true; text: string; bytes: number; atMs: number; tookMs: number }
  | { ok: false; reason: string; message: string; atMs: number; tookMs: number };

/** vLLM once mounted its metrics at `/metrics/`, and led there. */
const MOST_REDIRECTS = 3;

/**
 * Asks for the metrics once. Never throws for what the server does.
 * @returns `atMs`: the middle between asking and the answer's beginning, when the server looked at its numbers
 */
export async function fetchMetrics(
  source: MetricsSource,
  clock: Clock,
  session: Bun.FetchSession,
): Promise<Fetched> {
  const startMs = clock.now();
  let atMs = startMs;
  try {
    const response = await ask(source, session);
    atMs = (startMs + clock.now()) / 2;
    const bytes = await response.bytes();
    const tookMs = clock.now() - startMs;
    if (!response.ok)
      return {
        ok: false,
        reason: `http-${response.status}`,
        message: `HTTP ${response.status}`,
        atMs,
        tookMs,
      };
    return { ok: true, text: new TextDecoder().decode(bytes), bytes: bytes.length, atMs, tookMs };
  } catch (error) {
    return { ok: false, ...failureOf(error, source), atMs, tookMs: clock.now() - startMs };
  }
}

async function ask(
  { url, headers, tls, proxy, timeoutMs }: MetricsSource,
  session: Bun.FetchSession,
): Promise<Response> {
  const signal = AbortSignal.timeout(timeoutMs);
  let at = url;
  for (let redirects = 0; ; redirects++) {
    const response = await fetch(at, {
      headers: { accept: "text/plain;version=0.0.4", "accept-encoding": "identity", ...headers },
      tls,
      proxy,
      signal,
      redirect: "manual",
      // A connection of its own: the load's are not taken away.
      session,
    });
    const location = response.headers.get("location");
    if (response.status < 300 || response.status > 399 || location === null || redirects === MOST_REDIRECTS)
      return response;
    const next = URL.parse(location, at);
    // Keys go to no other server.
    if (next === null || next.origin !== new URL(url).origin) return response;
    await response.bytes();
    at = next.href;
  }
}

function failureOf(error: unknown, { timeoutMs }: MetricsSource): { reason: string; message: string } {
  if ((error as Error).name === "TimeoutError")
    return { reason: "timeout", message: `no answer in ${timeoutMs} ms` };
  const code = systemCode(error);
  const isConnecting =
    code === "ConnectionRefused" || code === "ECONNREFUSED" || code === "FailedToOpenSocket";
  return { reason: isConnecting ? "connect" : "connection", message: code ?? messageOf(error) };
}
