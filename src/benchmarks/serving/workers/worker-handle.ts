import type { Clock } from "../../../core/clock.ts";
import type { LiveStats } from "../live-stats.ts";
import type { FromWorker, ToWorker, WorkerDone, WorkerProgress } from "./messages.ts";
import type { Part } from "./part.ts";

/** Tells a worker to end at once, and is none that a terminal or a supervisor sends to a group of processes. */
export const HALT_SIGNAL = "SIGUSR2";

/** A worker that could not do its job, in its own words. */
export interface WorkerRefusal {
  message: string;
  hint: string | undefined;
}

/** A worker process as its parent sees it. Never throws: how a worker ended is read from it. */
export class WorkerHandle<Job> {
  readonly part: Part;
  /** Settles once the worker is ready, or will never be. */
  readonly ready: Promise<void>;
  /** Settles when the process has ended. */
  readonly ended: Promise<void>;
  stage: "warmup" | "run" | "drain" = "warmup";
  progress: Omit<WorkerProgress, "live"> = { sent: 0, due: 0, inFlight: 0 };
  isReady = false;
  done: WorkerDone | null = null;
  refusal: WorkerRefusal | null = null;
  /** How it ended where it was not done: "signal SIGKILL", "exit code 1"; null while it runs, or after its work. */
  death: { how: string; atMs: number } | null = null;
  readonly #child: Bun.Subprocess<"ignore", "ignore", "inherit">;
  readonly #live: LiveStats;
  readonly #isReady = Promise.withResolvers<void>();

  constructor(program: readonly string[], part: Part, live: LiveStats, clock: Clock) {
    this.part = part;
    this.#live = live;
    this.ready = this.#isReady.promise;
    this.#child = Bun.spawn([...program], {
      stdin: "ignore",
      stdout: "ignore",
      stderr: "inherit",
      env: process.env,
      serialization: "advanced",
      ipc: (message) => this.#take(message as FromWorker),
    });
    this.ended = this.#child.exited.then(() => {
      if (this.done === null) this.death = { how: howEnded(this.#child), atMs: clock.now() };
      this.#isReady.resolve();
    });
  }

  send(message: ToWorker<Job>): void {
    try {
      this.#child.send(message);
    } catch {
      // It is gone; `ended` tells.
    }
  }

  get pid(): number {
    return this.#child.pid;
  }

  /** Makes it write what it has and end, now. */
  halt(): void {
    this.#child.kill(HALT_SIGNAL);
  }

  kill(): void {
    this.#child.kill("SIGKILL");
  }

  #take(message: FromWorker): void {
    switch (message.type) {
      case "stage":
        this.stage = message.stage;
        return;
      case "ready":
        this.isReady = true;
        this.#isReady.resolve();
        return;
      case "progress": {
        const { live, ...progress } = message.progress;
        this.progress = progress;
        this.#live.merge(live);
        return;
      }
      case "error":
        this.refusal = message;
        this.#child.disconnect();
        return;
      case "done":
        this.done = message.done;
        // It waits for this, so that nothing it said is lost.
        this.#child.disconnect();
    }
  }
}

function howEnded({ signalCode, exitCode }: Bun.Subprocess): string {
  return signalCode === null ? `exit code ${exitCode}` : `signal ${signalCode}`;
}
