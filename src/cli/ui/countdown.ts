import { sleepMs } from "../../core/wait.ts";
import { LiveLine } from "./live-line.ts";

const STEP_MS = 1000;

/** Waits, and shows for how long yet, where there is a person to see it. */
export async function countDown(what: string, ms: number, signal: AbortSignal): Promise<void> {
  const line = new LiveLine();
  for (let left = ms; left > 0 && !signal.aborted; left -= STEP_MS) {
    line.update(() => `${what}: ${Math.ceil(left / 1000)} s`);
    await sleepMs(Math.min(STEP_MS, left), signal);
  }
  line.clear();
}
