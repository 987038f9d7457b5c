import {
  type Failed,
  failedAnswer,
  failedWith,
  type RetryOptions,
  tryAgain,
  trySignal,
  unlessAborted,
} from "./try-again.ts";

export interface RangeRequest {
  url: string;
  offset: number;
  bytes: number;
  /** Takes `bytes` bytes. */
  into: Uint8Array;
  /** What goes with each try beside the range. */
  headers?: () => Promise<Record<string, string>>;
}

export interface RangeOptions extends RetryOptions {
  /** Told of all bytes of bodies, those of failed tries included. */
  onBytes?: (bytes: number) => void;
  onRequest?: () => void;
}

const NO_RANGES = "the server does not answer range requests";

/** What the tries have come to. */
interface Progress {
  /** Bytes that are there. */
  got: number;
  /** The version that they are of, where the store names it strongly. */
  etag: string | null;
}

/**
 * Gets a range of bytes over HTTP; see `tryAgain`. A try goes on where the one before it ended, in the same version of the object.
 * @returns the size of the whole object, where the store tells it
 * @throws the last try's error, or the abort's reason
 */
export async function fetchRange(request: RangeRequest, options: RangeOptions): Promise<number | null> {
  const progress: Progress = { got: 0, etag: null };
  return await tryAgain(() => tryOnce(request, progress, options), options);
}

async function tryOnce(
  { url, offset, bytes, into, headers }: RangeRequest,
  progress: Progress,
  options: RangeOptions,
): Promise<{ done: number | null } | Failed> {
  const failed = (message: string, cause: Failed["cause"] = null): Failed => ({
    cause,
    error: new Error(message),
    retryAfterMs: null,
  });
  const first = offset + progress.got;
  const last = offset + bytes - 1;
  options.onRequest?.();
  try {
    const signal = trySignal(options);
    const { got, etag } = progress;
    const response = await fetch(url, {
      headers: {
        ...(headers === undefined ? {} : await unlessAborted(headers(), signal)),
        range: `bytes=${first}-${last}`,
        "accept-encoding": "identity",
        ...(got === 0 || etag === null ? {} : { "if-match": etag }),
      },
      signal,
      redirect: "manual",
      proxy: false,
    } as RequestInit);
    const refusal = refusalOf(response, first, last, progress);
    if (refusal !== null) {
      await response.body?.cancel();
      if (refusal === CHANGED) {
        // Two versions are not put together: once more from the beginning, as a lost connection is.
        progress.got = 0;
        progress.etag = null;
        return failed(CHANGED, "short");
      }
      return typeof refusal === "string" ? failed(refusal) : refusal;
    }
    progress.etag = strongTag(response);
    for await (const chunk of response.body ?? []) {
      options.onBytes?.(chunk.length);
      if (progress.got + chunk.length > bytes)
        return failed(response.status === 200 ? NO_RANGES : "the server sent more than was asked for");
      into.set(chunk, progress.got);
      progress.got += chunk.length;
    }
    if (progress.got < bytes)
      return failed(`the answer ended after ${progress.got} of ${bytes} bytes`, "short");
    return { done: contentRange(response)?.size ?? null };
  } catch (error) {
    return failedWith(error);
  }
}

const CHANGED = "the object changed while it was read";

/** Why an answer's body is not what goes on from here; null where it is. */
function refusalOf(
  response: Response,
  first: number,
  last: number,
  { got, etag }: Progress,
): string | Failed | null {
  const { status, headers } = response;
  if (status === 200) {
    // The whole object in place of a range is right only where the whole was wanted.
    return first === 0 ? null : NO_RANGES;
  }
  if (status === 412 && got > 0) return CHANGED;
  if (status !== 206) return failedAnswer(response);
  const range = contentRange(response);
  if (range === null || range.first !== first || range.last !== last) {
    return `the server sent ${headers.get("content-range") ?? "something"} in place of bytes ${first}-${last}`;
  }
  const now = strongTag(response);
  const hasChanged = got > 0 && etag !== null && now !== null && etag !== now;
  return hasChanged ? CHANGED : null;
}

/** RFC 9110, 14.4; null where it is of no bytes. */
function contentRange({ headers }: Response): { first: number; last: number; size: number | null } | null {
  const match = /^bytes (\d+)-(\d+)\/(\d+|\*)$/.exec(headers.get("content-range") ?? "");
  if (match === null) return null;
  const [, first, last, size] = match;
  return { first: Number(first), last: Number(last), size: size === "*" ? null : Number(size) };
}

/** RFC 9110, 8.8.3: one that is not weak names one sequence of bytes. */
function strongTag({ headers }: Response): string | null {
  const tag = headers.get("etag");
  return tag?.startsWith('"') ? tag : null;
}
