import type { UntilCondition } from "./benchmarks/serving/until.ts";
import { UntilWatch } from "./benchmarks/serving/until-watch.ts";
import { type Alarm, PollingAlarm } from "./core/alarm.ts";
import type { Clock } from "./core/clock.ts";
import { environmentError } from "./core/errors.ts";
import { MetronomeAlarm } from "./core/metronome.ts";
import { SystemCallError } from "./native/file-io.ts";
import type { SamplerThread } from "./telemetry/gpu/sampler-messages.ts";
import type { ScraperThread } from "./telemetry/server-metrics/scraper-messages.ts";

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

/**
 * Syncs an open file's file system (syncfs) on a thread of its own, so that the event loop goes on turning for the seconds that it takes.
 * @throws SystemCallError what could not be written; ToolError, exit 4, where no thread can be started
 */
export function syncInThread(fd: number): Promise<void> {
  const worker = new Worker(new URL("./native/sync-worker.ts", import.meta.url).href);
  // Who was interrupted does not wait for it.
  worker.unref();
  return new Promise<void>((resolve, reject) => {
    worker.onerror = ({ message }) =>
      reject(environmentError("NO_THREAD", `no thread could be started to sync the samples: ${message}`));
    worker.onmessage = ({ data: errno }: MessageEvent<number>) =>
      errno === 0 ? resolve() : reject(new SystemCallError("syncfs", errno));
    worker.postMessage(fd);
  }).finally(() => worker.terminate());
}

/** A thread of a storage run: a reader or the consumer, as its first message says. */
export function startStorageThread(): Worker {
  return new Worker(new URL("./benchmarks/storage/pipeline/thread-worker.ts", import.meta.url).href);
}

/** Watches a run for its `--until` conditions on a thread of its own. @throws ToolError, exit 4, where none can be started */
export function startUntilWatch(conditions: readonly UntilCondition[]): Promise<UntilWatch> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL("./benchmarks/serving/until-worker.ts", import.meta.url).href);
    const giveUp = () => {
      worker.terminate();
      reject(
        environmentError(
          "NO_THREAD",
          "no thread could be started to watch for --until",
          "Give --duration in its place.",
        ),
      );
    };
    const timer = setTimeout(giveUp, START_MS);
    worker.onerror = giveUp;
    worker.onmessage = () => {
      clearTimeout(timer);
      worker.unref();
      resolve(new UntilWatch(conditions, worker));
    };
  });
}

/** A thread for a GPU monitor; what it fails at reaches its `onerror`. */
export function openGpuSampler(): SamplerThread {
  return new Worker(new URL("./telemetry/gpu/sampler-worker.ts", import.meta.url).href) as SamplerThread;
}

/** A thread for a monitor of the server's metrics; what it fails at reaches its `onerror`. */
export function openMetricsScraper(): ScraperThread {
  return new Worker(
    new URL("./telemetry/server-metrics/scraper-worker.ts", import.meta.url).href,
  ) as ScraperThread;
}
