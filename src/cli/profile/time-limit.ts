import { TIME_IS_OVER } from "../../core/signals.ts";
import { formatDuration } from "../../core/units.ts";
import { notes } from "../ui/notes.ts";

/** The end that --max-time sets to a profile. */
export interface TimeLimit extends Disposable {
  /** Aborted once the time is over. */
  readonly signal: AbortSignal;
  /** What it is, as it was asked for. */
  readonly text: string;
  /** The time no longer counts. */
  stop(): void;
}

/** Begins to count, and says when the time is over. @returns null: there is no limit */
export function timeLimit(ms: number | undefined): TimeLimit | null {
  if (ms === undefined) return null;
  const controller = new AbortController();
  const text = `--max-time ${formatDuration(ms)}`;
  const timer = setTimeout(() => {
    notes.info(`${text} is over: the profile ends with what it has`);
    controller.abort(TIME_IS_OVER);
  }, ms);
  const stop = () => clearTimeout(timer);
  return { signal: controller.signal, text, stop, [Symbol.dispose]: stop };
}
