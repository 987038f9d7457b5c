import { type Alarm, PollingAlarm } from "./core/alarm.ts";
import type { Clock } from "./core/clock.ts";
import { MetronomeAlarm } from "./core/metronome.ts";
import type { SamplerThread } from "./telemetry/gpu/sampler-messages.ts";

/*
 * The only place that constructs Workers: in a compiled binary their files are found from the entry point's folder. Each
 * file here is also an entry point in scripts/build.
 */

/** How long a thread may take to start before its work is done another way. */
const START_MS = 2000;

/** An alarm with a thread of its own; where none can be started, one that polls. */
export function startMetronome(clock: Clock): Promise<Alarm> {
  return new Promise((resolve) => {
    const worker = new Worker(new URL("./core/metronome-worker.ts", import.meta.url).href);
    const giveUp = () => {
      clearTimeout(timer);
      worker.onmessage = null;
      worker.terminate();
      resolve(new PollingAlarm(clock));
    };
    const timer = setTimeout(giveUp, START_MS);
    worker.onerror = giveUp;
    worker.onmessage = () => {
      clearTimeout(timer);
      worker.onerror = null;
      // A run that is over need not wait for the thread.
      worker.unref();
      resolve(new MetronomeAlarm(worker, clock));
    };
  });
}

/** A thread for a GPU monitor; what it fails at reaches its `onerror`. */
export function openGpuSampler(): SamplerThread {
  return new Worker(new URL("./telemetry/gpu/sampler-worker.ts", import.meta.url).href) as SamplerThread;
}
