import { outputTokens } from "../metrics.ts";
import type { RequestRecord } from "../record.ts";
import { missedSlos, type SloSet } from "../slo.ts";
import type { Window } from "../windows.ts";

/** What a window brought: what energy and cost are divided by. */
export interface WindowCounts {
  durationS: number;
  /** Received in the window, whether their request finished or not. */
  outputTokens: number;
  /** Of requests whose first token came in the window; without a stream, of those that succeeded in it. */
  promptTokens: number;
  /** Successful ends in the window. */
  requests: number;
  /** Output tokens of requests that fell due in the window and kept every limit; null where none was named. */
  goodOutputTokens: number | null;
}

/**
 * @param run all requests of the run itself
 * @param due those of them that fell due in the window
 * @param ended how many succeeded in it
 * @param received output tokens that came in it
 */
export function countsOf(
  window: Window,
  {
    run,
    due,
    ended,
    received,
  }: {
    run: readonly RequestRecord[];
    due: readonly RequestRecord[];
    ended: number;
    received: number;
  },
  slos: SloSet | null,
): WindowCounts {
  const inWindow = (at: number | null) => at !== null && at >= window.startAt && at <= window.endAt;
  const wasRead = (r: RequestRecord) =>
    r.streamed ? inWindow(r.firstTokenAt) : r.failure === null && inWindow(r.endAt);
  const promptTokens = run
    .filter(wasRead)
    .reduce((sum, r) => sum + (r.usage?.promptTokens ?? r.promptTokens), 0);
  const good =
    slos === null ? null : due.filter((r) => r.failure === null && missedSlos(r, slos.slos).length === 0);
  return {
    durationS: (window.endAt - window.startAt) / 1000,
    outputTokens: received,
    promptTokens,
    requests: ended,
    goodOutputTokens: good?.reduce((sum, r) => sum + outputTokens(r).count, 0) ?? null,
  };
}
