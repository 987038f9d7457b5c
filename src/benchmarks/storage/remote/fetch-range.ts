import { systemCode } from "../../../core/errors.ts";
import { sleepMs } from "../../../core/wait.ts";

/** Why a request was made again. */
export const retryCauses = ["http-429", "http-5xx", "reset", "short", "timeout", "connect"] as const;
export type RetryCause = (typeof retryCauses)[number];

export interface RangeRequest {
  url: string;
  offset: number;
  bytes: number;
  /** Takes `bytes` bytes. */
  into: Uint8Array;
  /** What goes with each try beside the range. */
  headers?: () => Promise<Record<string, string>>;
}

export interface RangeOptions {
  timeoutMs: number;
  /** Further tries after the first. */
  retries: number;
  signal: AbortSignal;
  /** Told of all bytes of bodies, those of failed tries included. */
  onBytes: (bytes: number) => void;
  onRequest: () => void;
  onRetry: (cause: RetryCause) => void;
}

const BACKOFF_MS = 50;
const LONGEST_BACKOFF_MS = 5000;

/**
 * Gets a range of bytes over HTTP. What a store says of itself when it is busy (429, 5xx), and lost connections, are tried again with doubling
 * pauses; a try goes on where the one before it ended.
 * @throws the last try's error, or the abort's reason
 */
export async function fetchRange(request: RangeRequest, options: RangeOptions): Promise<void> {
  let got = 0;
  for (let tries = 0; ; tries++) {
    const outcome = await tryOnce(request, got, options);
    if (outcome === "done") return;
    options.signal.throwIfAborted();
    got = outcome.got;
    if (outcome.cause === null || tries >= options.retries) throw outcome.error;
    options.onRetry(outcome.cause);
    await sleepMs(Math.min(LONGEST_BACKOFF_MS, BACKOFF_MS * 2 ** tries), options.signal);
  }
}

interface Failed {
  /** null where no further try would help. */
  cause: RetryCause | null;
  error: Error;
  /** Bytes that are there. */
  got: number;
}

async function tryOnce(
  { url, offset, bytes, into, headers }: RangeRequest,
  from: number,
  options: RangeOptions,
): Promise<"done" | Failed> {
  let got = from;
  const failed = (cause: RetryCause | null, message: string): Failed => ({
    cause,
    error: new Error(message),
    got,
  });
  options.onRequest();
  try {
    const response = await fetch(url, {
      headers: {
        ...(await headers?.()),
        range: `bytes=${offset + from}-${offset + bytes - 1}`,
        "accept-encoding": "identity",
      },
      signal: AbortSignal.any([options.signal, AbortSignal.timeout(options.timeoutMs)]),
      redirect: "manual",
      proxy: false,
    } as RequestInit);
    const { status } = response;
    if (status === 429 || status >= 500) {
      await response.body?.cancel();
      return failed(status === 429 ? "http-429" : "http-5xx", `status ${status}`);
    }
    // The whole object in place of a range is right only where the whole was wanted.
    const isWhole = status === 200 && offset + from === 0;
    if (status !== 206 && !isWhole) {
      await response.body?.cancel();
      return failed(null, status === 200 ? "the server does not answer range requests" : `status ${status}`);
    }
    for await (const chunk of response.body ?? []) {
      options.onBytes(chunk.length);
      if (got + chunk.length > bytes) return failed(null, "the server sent more than was asked for");
      into.set(chunk, got);
      got += chunk.length;
    }
    return got === bytes ? "done" : failed("short", `the answer ended after ${got} of ${bytes} bytes`);
  } catch (error) {
    return { cause: causeOf(error), error: error as Error, got };
  }
}

/** Codes as Bun's fetch gives them; an abort of ours is seen by the caller. */
function causeOf(error: unknown): RetryCause | null {
  if ((error as { name?: unknown }).name === "TimeoutError") return "timeout";
  switch (systemCode(error)) {
    case "ECONNRESET":
      return "reset";
    case "ECONNREFUSED":
    case "ETIMEDOUT":
      return "connect";
    default:
      return null;
  }
}
