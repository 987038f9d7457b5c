import type { ExitCode } from "../../core/errors.ts";
import { interruptible } from "../../core/signals.ts";
import { formatDuration } from "../../core/units.ts";
import { sleepMs } from "../../core/wait.ts";
import { notes } from "../ui/notes.ts";

/** Bun's timers take no longer delay. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** Keeps the process after the work, so that files can be copied out of its container, until the time is over or it is told to end. */
export async function stay(ms: number, exit: ExitCode): Promise<void> {
  if (ms <= 0) return;
  const { signal, dispose } = interruptible(() => {});
  const time = Number.isFinite(ms) ? `for ${formatDuration(ms)}` : "until it is told to end";
  notes.info(`the work is done; the process stays ${time} (Ctrl-C or SIGTERM ends it with ${exit})`);
  for (let left = ms; left > 0 && !signal.aborted; left -= LONGEST_TIMER_MS)
    await sleepMs(Math.min(left, LONGEST_TIMER_MS), signal);
  dispose();
}
