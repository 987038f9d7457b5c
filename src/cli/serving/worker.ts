import { type ParentLine, serveAsWorker } from "../../benchmarks/serving/workers/worker.ts";
import { HALT_SIGNAL } from "../../benchmarks/serving/workers/worker-handle.ts";
import { ExitCode, usageError } from "../../core/errors.ts";
import { systemClock } from "../../native/system-clock.ts";
import { type PlanJob, planOfJob } from "./inputs.ts";
import { WORKER_COMMAND } from "./worker-command.ts";

/** Does one job of the parent's. @throws ToolError USAGE where no parent is there */
export async function runWorker(): Promise<ExitCode> {
  if (process.send === undefined) {
    throw usageError(`${WORKER_COMMAND} is started by serving --workers, not by hand`);
  }
  // A terminal's Ctrl-C, and what a supervisor ends a group with, reach every process; what they mean is the parent's to say.
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => {});
  const closed = Promise.withResolvers<void>();
  const line: ParentLine<PlanJob> = {
    send: (message) => process.send!(message),
    onMessage: (handle) => process.on("message", handle),
    onClosed(handle) {
      process.on(HALT_SIGNAL, handle);
      process.on("disconnect", () => {
        handle();
        closed.resolve();
      });
    },
  };
  await serveAsWorker<PlanJob>(line, systemClock(), async (job) => {
    const { plan, target, workload } = await planOfJob(job, process.env);
    return { plan, target, counter: workload.counter };
  });
  await closed.promise;
  return ExitCode.ok;
}
