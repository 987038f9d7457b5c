import type { Gate } from "../analysis/gate.ts";
import type { Dataset } from "../benchmarks/storage/dataset/dataset.ts";
import { parseStorageGate } from "../benchmarks/storage/gates.ts";
import { bufferBytes } from "../benchmarks/storage/pipeline/run.ts";
import { pipelinePlan } from "../benchmarks/storage/plan.ts";
import { presets } from "../benchmarks/storage/presets.ts";
import { runSession } from "../benchmarks/storage/session.ts";
import type { GpuTarget } from "../benchmarks/storage/to-gpu/copier-setup.ts";
import { type ExitCode, messageOf } from "../core/errors.ts";
import { interruptible } from "../core/signals.ts";
import { counted } from "../core/units.ts";
import { systemClock } from "../native/system-clock.ts";
import { type RankEnvironment, rankEnvironment } from "../ranks/environment.ts";
import type { RankGroup } from "../ranks/group.ts";
import { REPORT_FILE } from "../report/html/names.ts";
import type { RunDirectory } from "../results/run-directory.ts";
import { strictJson } from "../results/strict-json.ts";
import { startStorageThread } from "../workers.ts";
import { command } from "./command.ts";
import { type Efficiency, startEfficiency } from "./efficiency/efficiency.ts";
import { startGpu } from "./efficiency/gpu.ts";
import { timeStamp } from "./serving/default-outdir.ts";
import { runDirectoryOf, type StorageResolved, type StorageValues, settingsOf } from "./storage/config.ts";
import { type DataSource, dataSourceOf, find, remoteSettings } from "./storage/data.ts";
import { storageEfficiency } from "./storage/efficiency.ts";
import { checkEngine } from "./storage/engine.ts";
import { figureNames, showStorageRun } from "./storage/figures.ts";
import { namesOfAllRanks, type StorageFileNames, storageFileNames } from "./storage/files.ts";
import { storageFlags } from "./storage/flags.ts";
import { headingOf } from "./storage/heading.ts";
import { liveText } from "./storage/live-text.ts";
import { checkMemory, freeMemoryBytes } from "./storage/memory.ts";
import { prepareMetadata, seedMetadata } from "./storage/metadata.ts";
import { removeOldRanks } from "./storage/old-ranks.ts";
import { exitCodeOf, save, statusOf, withGates } from "./storage/outcome.ts";
import { RunOutput } from "./storage/output.ts";
import { checkPresetSamples, checkPresetToMake, withPreset } from "./storage/preset.ts";
import {
  checkRankFlags,
  meet,
  mergeTogether,
  openTogether,
  provideTogether,
  within,
} from "./storage/ranks.ts";
import { checkToGpu, monitorValues, targetOf } from "./storage/to-gpu.ts";
import { LiveLine } from "./ui/live-line.ts";
import { notes } from "./ui/notes.ts";

const SEARCH_MEMORY_SHARE = 0.25;

export const storageCommand = command({
  name: "storage",
  description: "data loading for batch inference: is the accelerator kept fed?",
  examples: [
    "storage --run-name demo-infer --steps 200 --gbs 256 --mbs 1 --num-workers 4 --mode infer",
    "storage --data-root /mnt/nvme/shards --direct --num-workers 8 --read-buffer-kb 1024 --compute-ms 50",
    "storage --preset resnet50-h100 --find-accelerators --direct",
    "storage --data-root ./data/cold --sample-count 4000 --cache cold --steps 30",
  ],
  flags: storageFlags,
  run: runStorageCommand,
});

async function runStorageCommand(resolved: StorageResolved): Promise<ExitCode> {
  const values = withPreset(resolved);
  const environment = rankEnvironment(process.env, values.redisUrl);
  checkRankFlags(values, environment.ranks, resolved.sources);
  checkToGpu(values);
  const settings = settingsOf(values, environment.ranks);
  checkEngine(settings);
  const gates = values.gate.map(parseStorageGate);
  const efficiency = storageEfficiency(values, environment.ranks);
  const runName = values.runName ?? `storage-${timeStamp(new Date())}`;
  const path = runDirectoryOf(values.outdir, runName);
  const source = dataSourceOf(resolved, process.env, values);
  checkPresetToMake(values, source);
  let saveNow = () => {};
  const { signal, dispose } = interruptible(() => saveNow());
  const shown = { ...figureNames(values), ...(values.html ? { page: REPORT_FILE } : {}) };
  const names = { ...storageFileNames(environment), ...(environment.rank === 0 ? shown : {}) };
  let directory: RunDirectory | null = null;
  let group: RankGroup | null = null;
  try {
    const meeting = { runName, timeoutMs: values.rankTimeout, signal };
    const ranks = await meet(environment, settings, meeting);
    group = ranks;
    return await within(ranks, signal, async () => {
      const target = targetOf(values, environment);
      // Before the directory is made: what is wrong with the samples costs no earlier run its results.
      const found = source.kind === "make" ? null : await find(source, signal);
      directory = await openTogether(ranks, path, {
        overwrite: values.overwrite,
        names: Object.values(names),
        ofAll: namesOfAllRanks(environment.ranks),
      });
      const prepared = {
        resolved,
        values,
        settings,
        gates,
        efficiency,
        source,
        found,
        target,
        directory,
        names,
        runName,
        environment,
      };
      return execute(prepared, ranks, signal, (save) => {
        saveNow = save;
      });
    });
  } finally {
    (directory as RunDirectory | null)?.removeEmpty();
    await group?.close();
    dispose();
  }
}

interface Prepared {
  resolved: StorageResolved;
  values: StorageValues;
  settings: ReturnType<typeof settingsOf>;
  gates: readonly Gate[];
  efficiency: Efficiency;
  source: DataSource;
  /** The samples, where they are there already. */
  found: Dataset | null;
  target: GpuTarget | null;
  directory: RunDirectory;
  names: StorageFileNames;
  runName: string;
  environment: RankEnvironment;
}

async function execute(
  {
    resolved,
    values,
    settings,
    gates,
    efficiency,
    source,
    found,
    target,
    directory,
    names,
    runName,
    environment,
  }: Prepared,
  group: RankGroup,
  signal: AbortSignal,
  onSaver: (saveNow: () => void) => void,
): Promise<ExitCode> {
  const line = new LiveLine();
  const { dataset, hasMade } = await provideTogether(
    group,
    found,
    { source, resolved, values },
    { signal, line, onSaver },
  );
  const plan = pipelinePlan(settings, dataset, remoteSettings(source), group);
  const pipeline = target === null ? plan : { ...plan, toGpu: target };
  checkPresetSamples(values, dataset);
  checkMemory(bufferBytes(pipeline), environment.localRanks ?? 1);
  const { beginMetadata, identity } = await prepareMetadata({
    values,
    settings,
    dataset,
    target,
    directory,
    runName,
    file: names.metadata,
    ranks: environment,
  });
  const broken = new AbortController();
  const output = new RunOutput({
    directory,
    names,
    rank: group.rank,
    clear() {
      if (!values.overwrite) return;
      directory.clear();
      if (group.rank === 0) removeOldRanks(directory.directory, new Set(namesOfAllRanks(group.ranks)));
    },
    beginMetadata,
    onFailed: () => broken.abort(),
  });
  onSaver(() => {
    output.flushSync();
    output.finish("interrupted", Date.now());
    if (!output.hasMeasured) output.discard();
    directory.removeEmpty();
    line.clear();
    notes.info(
      output.hasMeasured
        ? `stopped; the steps until now are in ${directory.path(names.steps)}`
        : "stopped before the first step was finished",
    );
  });
  signal.addEventListener("abort", () => {
    line.clear();
    notes.info("ending the run after the reads under way; Ctrl-C again stops at once");
  });
  let failure: Error | null;
  let exit: ExitCode;
  let keeps = false;
  const clock = systemClock();
  const gpu = await startGpu(monitorValues(values), directory.early(names.gpu), clock, null);
  let startAtMs = clock.now();
  try {
    const session = { pipeline, dataset, hasMade, cache: settings.cache };
    const context = await startEfficiency(efficiency, { clock, gpu, signal });
    const own = await runSession(
      { ...session, calibrate: values.calibrate, findAccelerators: searchOf(values) },
      {
        startThread: startStorageThread,
        identity,
        gpu,
        efficiency: { ...context, tokensPerSample: values.tokensPerSample ?? null },
        signal: AbortSignal.any([signal, group.lost, broken.signal]),
        async beforeBegin() {
          await group.barrier("start");
          startAtMs = clock.now();
          // Ranks give an earlier run up together: one that has no step yet does not know whether another has.
          if (group.ranks > 1) output.begin();
        },
        onStage: (stage) => line.update(() => `${stage} …`),
        onTrial: ({ accelerators, au }) =>
          line.update(() => `${counted(accelerators, "accelerator")}: AU ${(100 * au).toFixed(1)} %`),
        onAgain(accelerators) {
          line.clear();
          notes.info(
            `the run did not keep the AU that the trials found; once more, with ${counted(accelerators, "accelerator")}`,
          );
          output.restart();
        },
        onRows(microbatches, steps, measured) {
          output.add(microbatches, steps);
          line.update(() => liveText(measured, settings.steps));
        },
      },
    );
    line.clear();
    output.close();
    if (names.own !== undefined) directory.writeAtomic(names.own, strictJson(own.summary));
    const merged = await mergeTogether(group, own, { startAtMs, plan: pipeline, dataset, signal });
    const done = group.rank === 0 ? withGates(merged, gates) : merged;
    const heading = headingOf(settings, pipeline.source, done.summary);
    // What other ranks measured is in what rank 0 writes.
    const others = group.rank === 0 ? (done.summary.ranks ?? []) : [];
    keeps = output.hasMeasured || others.some(({ stepsDone }) => stepsDone > 0);
    if (group.rank === 0) save(done, { values, directory: keeps ? directory : null, heading });
    // Rows that a full disk lost are missing from files that say otherwise.
    failure = done.failure ?? output.error;
    output.finish(statusOf(done), Date.now(), {
      ...(failure === null ? {} : { failure: failure.message }),
      ...seedMetadata(done.summary, settings),
    });
    if (group.rank === 0 && keeps && done.summary.steps.done > 0) await showStorageRun(values, directory);
    exit = exitCodeOf(done);
    if (keeps) notes.info(`results in ${directory.directory}`);
  } catch (error) {
    line.clear();
    output.close();
    keeps ||= output.hasMeasured;
    try {
      output.finish("failed", Date.now(), { failure: messageOf(error) });
    } catch {
      // The first error says more.
    }
    throw error;
  } finally {
    // Already done, unless the start or the run broke off.
    if (gpu?.ok) await gpu.monitor.stop();
    if (!keeps) output.discard();
  }
  if (failure !== null) throw failure;
  return exit;
}

function searchOf({
  preset,
  findAccelerators,
}: StorageValues): { leastAu: number; bufferBytesMost: number } | null {
  if (!findAccelerators || preset === undefined) return null;
  return { leastAu: presets[preset].leastAu, bufferBytesMost: SEARCH_MEMORY_SHARE * freeMemoryBytes() };
}
