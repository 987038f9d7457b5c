import { workerFiles } from "../benchmarks/serving/workers/record-files.ts";
import type { SessionSource } from "../benchmarks/serving/workload/conversation.ts";
import type { Trace } from "../benchmarks/serving/workload/trace.ts";
import type { ExitCode } from "../core/errors.ts";
import { interruptible } from "../core/signals.ts";
import { systemClock } from "../native/system-clock.ts";
import { figureFiles } from "../report/figures/serving/names.ts";
import { spareCores } from "../results/environment/spare-cores.ts";
import { openRunDirectory } from "../results/run-directory.ts";
import { command } from "./command.ts";
import { efficiencyOf } from "./efficiency/efficiency.ts";
import { type ServingValues, targetOf, verdictOf } from "./serving/config.ts";
import { defaultOutdir } from "./serving/default-outdir.ts";
import { execute, runFiles } from "./serving/execute.ts";
import { figureLookOf } from "./serving/figures.ts";
import { servingFlags } from "./serving/flags.ts";
import { inputsOf } from "./serving/inputs.ts";
import { nearestModels } from "./serving/models.ts";
import { show } from "./serving/outcome.ts";
import { checkTarget, prepare } from "./serving/prepare.ts";
import { seedFilesOf } from "./serving/seed-files.ts";
import { metricsSourceOf } from "./serving/server-metrics.ts";
import { notes } from "./ui/notes.ts";

export const servingCommand = command({
  name: "serving",
  description: "load-test a model server: TTFT, TPOT, ITL, latency, throughput",
  examples: [
    "serving --endpoint http://localhost:8000/v1/completions --rate 20 --duration 60",
    "serving --endpoint http://localhost:8000/v1/chat/completions --concurrency 8 --num-prompts 200",
    "serving --endpoint http://localhost:8000/v1/completions --rate inf --num-prompts 500 --sample-prompts-file prompts.txt --outdir ./results/burst",
  ],
  flags: servingFlags,
  run: ({ values, sources }) => runServingCommand(nearestModels(values, sources)),
});

async function runServingCommand(values: ServingValues): Promise<ExitCode> {
  const clock = systemClock();
  const asked = targetOf(values, process.env);
  const verdict = verdictOf(values);
  const efficiency = efficiencyOf(values);
  const metricsSource = metricsSourceOf(values, asked);
  const figures = figureLookOf(values);
  const inputs = await inputsOf(values, process.env);
  const seedFiles = await seedFilesOf(values, process.env);
  const { trace, workload } = inputs;
  if (trace !== null) sayOfTrace(trace);
  if (workload.sessions !== null) sayOfConversations(workload.sessions);
  // Not before: until here there is nothing to put in order, and Ctrl-C may end a download at once.
  let saveNow = () => {};
  const { signal, dispose } = interruptible(() => saveNow());
  const most = values.workers === "auto" ? spareCores() : values.workers;
  const directory = openRunDirectory(values.outdir ?? defaultOutdir("serving"), {
    claims: true,
    appearLate: true,
    overwrite: false,
    // An earlier run's files stay until this one is sure to begin.
    resumes: values.overwrite,
    names: [...runFiles, ...workerFiles(most), ...figureFiles(figures?.format ?? "none")],
  });
  saveNow = () => directory.removeEmpty();
  try {
    const checked = await checkTarget(values, asked, metricsSource, clock, signal);
    const common = { verdict, efficiency, figures, seedFiles, metricsSource, directory };
    const run = { values, inputs, asked, checked, most, ...common };
    const prepared = await prepare(run, clock, signal);
    if (values.overwrite) directory.clear();
    const { exit } = await execute(prepared, {
      clock,
      interrupt: signal,
      watch: null,
      isBeyond: () => false,
      livePrefix: "",
      onSaver(save) {
        saveNow = save;
      },
      // Before the files: a full disk must not cost the reader the numbers, nor a full stdout the files.
      onDone: (done, table) => show(done, table, values),
    });
    notes.info(`results in ${directory.directory}`);
    return exit;
  } finally {
    directory.removeEmpty();
    dispose();
  }
}

function sayOfTrace({ path, skipped, outOfOrder }: Trace): void {
  if (skipped > 0) notes.warn(`${path}: ${skipped} requests without tokens are left out`);
  if (outOfOrder > 0)
    notes.warn(`${path}: ${outOfOrder} requests stood after a later one; they were sorted by time`);
}

function sayOfConversations({ cutShort, conversations }: SessionSource): void {
  if (cutShort > 0)
    notes.warn(
      `${cutShort} of ${conversations} conversations end early, at --max-input-length or --max-output-length`,
    );
}
