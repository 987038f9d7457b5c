import { CLOSE } from "./metronome.ts";

/** The thread behind MetronomeAlarm: waits as long as it is told, answers with the setting's number, until told to end. */
function keepTime(shared: SharedArrayBuffer): void {
  const number = new Int32Array(shared, 0, 1);
  const waitMs = new Float64Array(shared, 8, 1);
  let seen = 0;
  Atomics.wait(number, 0, seen);
  for (;;) {
    seen = Atomics.load(number, 0);
    if (seen === CLOSE) return;
    // A new setting in the middle of a wait wakes it, and is taken in its place.
    if (Atomics.wait(number, 0, seen, waitMs[0]!) !== "timed-out") continue;
    postMessage(seen);
    Atomics.wait(number, 0, seen);
  }
}

declare const self: Worker;

self.onmessage = ({ data }: MessageEvent<SharedArrayBuffer>) => keepTime(data);
postMessage("ready");
