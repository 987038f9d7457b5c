import type { Clock } from "../../core/clock.ts";
import { environmentError, messageOf, systemCode, type ToolError } from "../../core/errors.ts";
import { nearest } from "../../core/nearest.ts";
import type { Pace } from "./calibration-load.ts";
import { keepsConnection } from "./client/connection-probe.ts";
import { Deadlines } from "./client/deadlines.ts";
import { failureOf } from "./client/failure.ts";
import { HttpClient, type TargetOptions } from "./client/http-client.ts";
import { tpotMs, ttftMs } from "./metrics.ts";
import type { RequestSettings } from "./plan.ts";
import type { Failure, RequestRecord } from "./record.ts";

const LIST_TIMEOUT_MS = 10_000;
/** Enough for any server to say one token. */
const PROBE_TOKENS = 4;
const PROBE_PROMPT = "Hello";

export interface PreflightOptions {
  target: TargetOptions;
  /** The models to ask; none: take the first that the server lists. */
  models: readonly string[];
  settings: Omit<RequestSettings, "model">;
  /** How long the probe may take (a server may still be loading its model); null: no probe. */
  timeoutMs: number | null;
  clock: Clock;
}

/** What the server was found to be able to do. */
export interface PreflightResult {
  /** With the model's name, the first one's where there are several. */
  settings: RequestSettings;
  /** The models that are asked. */
  asked: readonly string[];
  /** Models that the server lists; null where it lists none. */
  models: string[] | null;
  /** Whether the server closes each connection after its answer, so that none can be used again. */
  closesConnections: boolean;
  /** How fast its answer came, over several models the mean; null where it was no stream of several tokens, or none was asked for. */
  pace: Pace | null;
}

/** The models to name in requests: as given, else the first of `/v1/models`. @throws ToolError, exit 4 */
async function chooseModels(
  target: TargetOptions,
  wanted: readonly string[],
): Promise<{ asked: readonly [string, ...string[]]; models: string[] | null }> {
  const models = await listModels(target);
  const [first, ...others] = wanted;
  if (first !== undefined) {
    const unknown = wanted.filter((name) => models !== null && models.length > 0 && !models.includes(name));
    if (unknown.length > 0) throw unknownModels(unknown, models, wanted);
    return { asked: [first, ...others], models };
  }
  if (models?.[0] !== undefined) return { asked: [models[0]], models };
  if (target.protocol.name === "template") return { asked: [""], models };
  throw environmentError(
    "NO_MODEL",
    `the server at ${shownUrl(target)} does not say which models it has`,
    "Name one with --model.",
  );
}

/**
 * Sends one small request to each model, exactly as the run will, and finds out what the server understands; then another one, to see
 * whether it keeps connections.
 * @throws ToolError, exit 4
 */
export async function preflight(options: PreflightOptions): Promise<PreflightResult> {
  const { target, clock, timeoutMs } = options;
  const { asked, models } = await chooseModels(target, options.models);
  let settings: RequestSettings = { ...options.settings, model: asked[0] };
  if (timeoutMs === null) return { settings, asked, models, closesConnections: false, pace: null };
  const limits = { firstTokenMs: timeoutMs, betweenChunksMs: timeoutMs, totalMs: timeoutMs };
  const client = new HttpClient(target, clock, new Deadlines(limits, clock));
  const probe = async (settings: RequestSettings) => {
    const content = { ...settings, prompt: PROBE_PROMPT, maxTokens: PROBE_TOKENS };
    const prompt = { text: content.prompt, promptTokens: 1, maxTokens: PROBE_TOKENS };
    const body = target.protocol.body(content);
    const sending = { index: 0, stage: "warmup" as const, intendedAt: clock.now(), prompt, body };
    return (await client.send(sending)).record;
  };
  const paces: Pace[] = [];
  for (const model of asked) {
    let record = await probe({ ...settings, model });
    if (record.failure?.class === "http-4xx" && (settings.includeUsage || settings.continuousUsage)) {
      const plain = { ...settings, includeUsage: false, continuousUsage: false };
      const again = /stream_options|usage|extra|unknown|unexpected|unrecognized/i.test(record.failure.message)
        ? await probe({ ...plain, model })
        : null;
      if (again?.failure === null) {
        record = again;
        settings = plain;
      }
    }
    if (record.failure !== null) {
      // One short answer without text says nothing about the others, but for a template it is a wrong path.
      const isBenign = record.failure.class === "empty" && target.protocol.name !== "template";
      if (!isBenign) throw refusal(record.failure, record.httpStatus, target, model);
    }
    const pace = paceOf(record);
    if (pace !== null) paces.push(pace);
  }
  const closes = await closesConnections(target, settings, timeoutMs);
  return { settings, asked, models, closesConnections: closes, pace: meanPace(paces) };
}

function meanPace(paces: readonly Pace[]): Pace | null {
  const mean = (key: keyof Pace) => paces.reduce((sum, pace) => sum + pace[key], 0) / paces.length;
  return paces.length === 0 ? null : { ttftMs: mean("ttftMs"), itlMs: mean("itlMs") };
}

function paceOf(record: RequestRecord): Pace | null {
  const [ttft, itlMs] = [ttftMs(record), tpotMs(record)];
  return ttft !== null && itlMs !== null && itlMs > 0 ? { ttftMs: ttft, itlMs } : null;
}

async function closesConnections(
  target: TargetOptions,
  settings: RequestSettings,
  timeoutMs: number,
): Promise<boolean> {
  // Through a proxy the connection is the proxy's.
  if (!target.keepalive || target.proxy !== false) return false;
  const { url, headers, tls, protocol } = target;
  const body = protocol.body({ ...settings, prompt: PROBE_PROMPT, maxTokens: PROBE_TOKENS });
  return (await keepsConnection({ url, headers, tls, body, timeoutMs })) === false;
}

/** `GET /v1/models` beside the endpoint; null where there is no such list. */
async function listModels(target: TargetOptions): Promise<string[] | null> {
  const { pathname, origin } = new URL(target.url);
  const root = pathname.includes("/v1/") ? pathname.slice(0, pathname.indexOf("/v1/")) : "";
  let response: Response;
  try {
    response = await fetch(`${origin}${root}/v1/models`, {
      headers: target.headers as Record<string, string>,
      proxy: target.proxy,
      tls: target.tls,
      signal: AbortSignal.timeout(LIST_TIMEOUT_MS),
    });
  } catch (error) {
    if ((error as Error).name === "TimeoutError") {
      if (origin.startsWith("http:")) return null;
      const message = `${origin} does not answer over TLS within ${LIST_TIMEOUT_MS / 1000} s`;
      throw environmentError("UNREACHABLE", message, "Is it an http:// server?", error);
    }
    throw unreachable(target, failureOf(error, "connect"), error);
  }
  if (response.status === 401 || response.status === 403) throw badKey(target, response.status);
  if (!response.ok) return null;
  try {
    const { data } = (await response.json()) as { data?: { id?: unknown }[] };
    return (data ?? []).map(({ id }) => id).filter((id) => typeof id === "string");
  } catch {
    return null;
  }
}

function refusal(failure: Failure, status: number | null, target: TargetOptions, model: string): ToolError {
  const { message } = failure;
  if (status === 401 || status === 403) return badKey(target, status);
  if (status === 404 && /model/i.test(message)) return unknownModels([model], null, [model], message);
  if (status === 404 || status === 405) {
    return environmentError(
      "WRONG_PATH",
      `the server has no ${new URL(target.url).pathname} (${message})`,
      "Check the path of --endpoint, for example /v1/completions or /v1/chat/completions.",
    );
  }
  switch (failure.class) {
    case "dns":
    case "connect":
    case "tls":
    case "reset":
      return unreachable(target, failure);
    case "timeout-first-token":
    case "timeout-total":
    case "timeout-between-chunks":
      return environmentError(
        "PROBE_TIMEOUT",
        `the server at ${shownUrl(target)} took a request but did not answer: ${message}`,
        "It may still be loading its model; raise --preflight-timeout if it needs longer.",
      );
    case "parse":
    case "empty":
      return environmentError(
        "PROBE_ANSWER",
        `the answer of ${shownUrl(target)} could not be read as ${target.protocol.name}: ${message}`,
        "Choose the wire format with --backend, or say where the text is with --response-text-path.",
      );
    default:
      return environmentError(
        "PROBE_REFUSED",
        `the server refuses a small request: ${message}`,
        "Nothing was measured.",
      );
  }
}

function unreachable(target: TargetOptions, failure: Failure, cause?: unknown): ToolError {
  const { origin, hostname } = new URL(target.url);
  const why: Record<string, string> = {
    dns: `the name ${hostname} is not known (${failure.message})`,
    tls: `no secure connection to ${origin}: ${failure.message}`,
  };
  const message =
    why[failure.class] ??
    `no server answers at ${origin} (${systemCode(cause) ?? messageOf(failure.message)})`;
  const hint =
    failure.class === "tls"
      ? "For a self-signed certificate use --insecure."
      : "Is the server up? Check --endpoint.";
  return environmentError("UNREACHABLE", message, hint, cause);
}

/** Without the query, which may hold a key. */
function shownUrl({ url }: TargetOptions): string {
  const { origin, pathname } = new URL(url);
  return origin + pathname;
}

function badKey(target: TargetOptions, status: number): ToolError {
  const hasKey = Object.keys(target.headers).some((name) => name.toLowerCase() === "authorization");
  return environmentError(
    "BAD_KEY",
    `the server refuses ${hasKey ? "the API key" : "requests without an API key"} (HTTP ${status})`,
    "Set OPENAI_API_KEY, or give --api-key-file or --header.",
  );
}

/** @param wanted all that were asked for: none of them was meant by another one */
function unknownModels(
  unknown: readonly string[],
  models: string[] | null,
  wanted: readonly string[],
  said?: string,
): ToolError {
  const others = (models ?? []).filter((name) => !wanted.includes(name));
  const close = unknown.length > 1 ? undefined : nearest(unknown[0]!, others);
  const names = unknown.map((name) => `"${name}"`).join(", ");
  const has =
    models === null
      ? (said ?? "")
      : `it has ${models.slice(0, 5).join(", ")}${models.length > 5 ? ", …" : ""}`;
  return environmentError(
    "UNKNOWN_MODEL",
    `the server does not know the model${unknown.length === 1 ? "" : "s"} ${names}; ${has}`,
    close === undefined ? "Name it with --model, several with --models." : `Did you mean ${close}?`,
  );
}
