import { type Alarm, PollingAlarm } from "./alarm.ts";
import type { Clock } from "./clock.ts";

/** Resolves once the event loop has turned: pending I/O was handled. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/**
 * For long work that awaits nothing: lets the event loop turn where it did not for `ms`, so that signals are heard and timers go on.
 * @returns to be called now and then; null where no turn is due yet
 */
export function turnEvery(ms: number): () => Promise<void> | null {
  let turnedAt = performance.now();
  return () => {
    if (performance.now() - turnedAt < ms) return null;
    return nextTurn().then(() => {
      turnedAt = performance.now();
    });
  };
}

/**
 * Waits until `atMs` on the clock, never less. Returns early when `signal` is aborted; the caller looks at the signal.
 * @param alarm does the waiting; nobody else may use it meanwhile
 */
export async function waitUntil(
  atMs: number,
  clock: Clock,
  signal?: AbortSignal,
  alarm: Alarm = new PollingAlarm(clock),
): Promise<void> {
  if (signal?.aborted || clock.now() >= atMs) return;
  await new Promise<void>((resolve) => {
    const done = () => {
      alarm.cancel();
      signal?.removeEventListener("abort", done);
      resolve();
    };
    signal?.addEventListener("abort", done, { once: true });
    alarm.set(atMs, done);
  });
}

/** Sleeps for whole milliseconds, or until `signal` is aborted. */
export function sleepMs(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted) return resolve();
    const done = () => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal?.addEventListener("abort", done, { once: true });
  });
}
