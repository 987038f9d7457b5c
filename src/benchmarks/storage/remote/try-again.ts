import { systemCode } from "../../../core/errors.ts";
import { sleepMs } from "../../../core/wait.ts";

/** Why a request was made again. */
export const retryCauses = [
  "http-408",
  "http-429",
  "http-5xx",
  "reset",
  "short",
  "timeout",
  "connect",
] as const;
export type RetryCause = (typeof retryCauses)[number];

export interface RetryOptions {
  /** Of one try. */
  timeoutMs: number;
  /** Further tries after the first. */
  retries: number;
  signal: AbortSignal;
  /** Uniform in [0, 1): of each pause, how far it is from its shortest to its longest. */
  jitter: () => number;
  onRetry?: (cause: RetryCause) => void;
  /** A stand-in for tests. */
  pause?: (ms: number, signal: AbortSignal) => Promise<void>;
}

/** A try that came to nothing. */
export interface Failed {
  /** null where no further try would help. */
  cause: RetryCause | null;
  error: Error;
  /** What the store asks to wait, ms; null where it says nothing. */
  retryAfterMs: number | null;
}

/** Before the second try where a connection was lost, and where the store says itself that it is busy; each further pause is twice as long. */
const LOST_MS = 50;
const BUSY_MS = 500;
const LONGEST_MS = 10_000;
/** The longest that a store's own wish is followed. */
const LONGEST_WISH_MS = 30_000;

/**
 * Tries until it works, fails for good, or was tried often enough.
 * @throws the last try's error, or the abort's reason
 */
export async function tryAgain<T>(
  tryOnce: () => Promise<{ done: T } | Failed>,
  { retries, signal, jitter, onRetry, pause = sleepMs }: RetryOptions,
): Promise<T> {
  for (let tries = 0; ; tries++) {
    const outcome = await tryOnce();
    if ("done" in outcome) return outcome.done;
    signal.throwIfAborted();
    const { cause, error, retryAfterMs } = outcome;
    if (cause === null || tries >= retries) throw error;
    onRetry?.(cause);
    const longestMs = Math.min(LONGEST_MS, (cause.startsWith("http-") ? BUSY_MS : LOST_MS) * 2 ** tries);
    const pauseMs = (longestMs * (1 + jitter())) / 2;
    await pause(Math.max(pauseMs, Math.min(retryAfterMs ?? 0, LONGEST_WISH_MS)), signal);
    signal.throwIfAborted();
  }
}

/** Ends a try after its time, and with the run. */
export function trySignal({ timeoutMs, signal }: RetryOptions): AbortSignal {
  return AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
}

/** A promise that cannot be ended itself, waited for no longer than `signal` lets it. @throws the signal's reason */
export async function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const aborted = Promise.withResolvers<never>();
  const end = () => aborted.reject(signal.reason);
  if (signal.aborted) end();
  else signal.addEventListener("abort", end, { once: true });
  try {
    return await Promise.race([work, aborted.promise]);
  } finally {
    signal.removeEventListener("abort", end);
  }
}

/** Of an answer that is none: what is tried again is 408, 429 and 5xx. */
export function failedAnswer(response: Response): Failed {
  const { status, headers } = response;
  const cause = causeOfStatus(status);
  const location = headers.get("location");
  const to = location === null ? "" : `, which sends to ${withoutQuery(location)}`;
  return { cause, error: new Error(`status ${status}${to}`), retryAfterMs: retryAfterMs(headers) };
}

function causeOfStatus(status: number): RetryCause | null {
  if (status === 408) return "http-408";
  if (status === 429) return "http-429";
  return status >= 500 ? "http-5xx" : null;
}

/** A signature may be in it. */
function withoutQuery(location: string): string {
  return location.replace(/[?#].*$/s, "");
}

/** RFC 9110, 10.2.3: seconds, or a date. */
function retryAfterMs(headers: Headers): number | null {
  const text = headers.get("retry-after");
  if (text === null) return null;
  const ms = /^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text) - Date.now();
  return ms > 0 ? ms : null;
}

/** Of an error that was thrown; an abort of ours is seen by `tryAgain`. */
export function failedWith(error: unknown): Failed {
  return { cause: causeOfError(error), error: error as Error, retryAfterMs: null };
}

/** Codes as Bun's fetch and its S3 client give them, and Amazon's own. */
function causeOfError(error: unknown): RetryCause | null {
  if ((error as { name?: unknown }).name === "TimeoutError") return "timeout";
  switch (systemCode(error)) {
    case "ECONNRESET":
    case "EPIPE":
    case "ConnectionClosed":
      return "reset";
    case "ECONNREFUSED":
    case "ETIMEDOUT":
    case "EAI_AGAIN":
    case "EHOSTUNREACH":
    case "ENETUNREACH":
    case "ConnectionRefused":
      return "connect";
    case "RequestTimeout":
      return "http-408";
    case "SlowDown":
      return "http-429";
    case "InternalError":
    case "ServiceUnavailable":
    // The client says so of an answer without a text.
    case "UnknownError":
      return "http-5xx";
    default:
      return null;
  }
}
