import {
  type Failed,
  failedAnswer,
  failedWith,
  type RetryOptions,
  tryAgain,
  trySignal,
  unlessAborted,
} from "./try-again.ts";

/**
 * Gets a text over HTTP; see `tryAgain`.
 * @param absent statuses that say that there is none
 * @returns null where there is none
 * @throws the last try's error, or the abort's reason
 */
export function fetchText(
  url: string,
  headers: () => Promise<Record<string, string>>,
  absent: readonly number[],
  options: RetryOptions,
): Promise<string | null> {
  return tryAgain(async (): Promise<{ done: string | null } | Failed> => {
    try {
      const signal = trySignal(options);
      const init = {
        headers: await unlessAborted(headers(), signal),
        signal,
        redirect: "manual",
        proxy: false,
      };
      const response = await fetch(url, init as RequestInit);
      if (response.ok) return { done: await response.text() };
      await response.body?.cancel();
      return absent.includes(response.status) ? { done: null } : failedAnswer(response);
    } catch (error) {
      return failedWith(error);
    }
  }, options);
}
