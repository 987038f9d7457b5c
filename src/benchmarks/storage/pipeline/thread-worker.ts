import { assertNever, ExitCode, ToolError } from "../../../core/errors.ts";
import { systemClock } from "../../../native/system-clock.ts";
import { sharpenTimers } from "../../../native/timer-slack.ts";
import { copyMicrobatches } from "../to-gpu/copier.ts";
import { consume } from "./consumer.ts";
import { Control } from "./control.ts";
import type { Failure, FromThread, ToThread } from "./messages.ts";
import { readMicrobatches } from "./reader.ts";

declare const self: Worker;

const clock = systemClock();

/** A thread of a storage run: a reader or the copier as soon as it is told so; the consumer once it is told a second time to begin. */
self.onmessage = ({ data: setup }: MessageEvent<ToThread>) => {
  switch (setup.role) {
    case "reader":
      say({ type: "ready" });
      work(setup, () =>
        readMicrobatches(setup, clock, {
          depth: (depth) => say({ type: "depth", depth }),
          firstBytes: (ms) => say({ type: "first-bytes", ms }, [ms.buffer]),
        }),
      );
      return;
    case "copier":
      work(setup, () =>
        copyMicrobatches(setup, clock, (figures) => {
          say({ type: "gpu", setup: figures });
          say({ type: "ready" });
        }),
      );
      return;
    case "consumer":
      self.onmessage = () =>
        work(setup, () => {
          sharpenTimers();
          consume(setup, clock, {
            rows: (microbatches, steps) =>
              say({ type: "rows", microbatches, steps }, [microbatches.buffer, steps.buffer]),
          });
        });
      say({ type: "ready" });
      return;
    default:
      assertNever(setup);
  }
};

/** Does the thread's work; where that fails, the whole run ends. */
async function work(setup: ToThread, job: () => void | Promise<void>): Promise<void> {
  try {
    await job();
  } catch (error) {
    new Control(setup.control).stop();
    say({ type: "failed", failure: failureOf(error) });
  }
  say({ type: "ended" });
}

function failureOf(error: unknown): Failure {
  if (error instanceof ToolError) {
    const { code, message, hint, exit } = error;
    return { code, message, hint, exit };
  }
  return {
    code: null,
    message: error instanceof Error ? (error.stack ?? error.message) : String(error),
    hint: undefined,
    exit: ExitCode.runFailed,
  };
}

function say(message: FromThread, transfer: ArrayBufferLike[] = []): void {
  postMessage(message, transfer as ArrayBuffer[]);
}
