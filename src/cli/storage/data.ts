import { resolve } from "node:path";
import { type Dataset, type Layout, totalBytes } from "../../benchmarks/storage/dataset/dataset.ts";
import { type Manifest, readManifest } from "../../benchmarks/storage/dataset/manifest.ts";
import { isVacant, openDataset } from "../../benchmarks/storage/dataset/open-dataset.ts";
import {
  type Distribution,
  distributionText,
  parseDistribution,
} from "../../benchmarks/storage/distribution.ts";
import { makerAt } from "../../benchmarks/storage/generate/claim.ts";
import {
  type GenerateOptions,
  type GenerateProgress,
  generate,
} from "../../benchmarks/storage/generate/generate.ts";
import { halfEmptied } from "../../benchmarks/storage/generate/workshop.ts";
import type { RemoteSettings } from "../../benchmarks/storage/plan.ts";
import { isRemote, parseRemote, type Remote } from "../../benchmarks/storage/remote/location.ts";
import { openRemote } from "../../benchmarks/storage/remote/open-remote.ts";
import { assertNever, usageError } from "../../core/errors.ts";
import { rngFor } from "../../core/rng.ts";
import { counted, formatBytes, formatNumber } from "../../core/units.ts";
import { syncInThread } from "../../workers.ts";
import { flagName } from "../flags/flag.ts";
import type { LiveLine } from "../ui/live-line.ts";
import { notes } from "../ui/notes.ts";
import { withSpinner } from "../ui/spinner.ts";
import type { StorageResolved, StorageValues } from "./config.ts";

const KIB = 1024;

/** Flags that say something only of one kind of data. */
const LOCAL_ONLY: ReadonlySet<string> = new Set([
  "layout",
  "autoGenerate",
  "sampleCount",
  "sampleSizeKb",
  "samplesPerShard",
  "readBufferKb",
  "engine",
  "ioDepth",
  "direct",
  "cache",
]);
const REMOTE_ONLY: ReadonlySet<string> = new Set([
  "s3Endpoint",
  "s3Region",
  "s3Anonymous",
  "requestTimeout",
  "retries",
]);

type Env = Readonly<Record<string, string | undefined>>;

/** The samples of a run: those that are there, or else to be made. */
export type DataSource =
  | { kind: "there"; root: string; layout: Layout | null }
  | { kind: "make"; root: string; options: GenerateOptions }
  | { kind: "remote"; remote: Remote; timeoutMs: number; retries: number; seed: number };

/**
 * Looks at --data-root, and changes nothing yet.
 * @param values with a preset's in them, for samples to be made
 * @throws ToolError where it has no samples, or others than were asked for
 */
export function dataSourceOf(
  { values: given, sources }: StorageResolved,
  env: Env,
  values: StorageValues = given,
): DataSource {
  const isElsewhere = isRemote(values.dataRoot);
  const idle = [...sources.keys()].find(
    (key) => sources.get(key) !== "default" && (isElsewhere ? LOCAL_ONLY : REMOTE_ONLY).has(key),
  );
  // Variables such as AWS_REGION are the machine's and mean nothing here.
  if (idle !== undefined && (isElsewhere || sources.get(idle) !== "env")) {
    const where = isElsewhere ? "files on this machine" : "data elsewhere";
    throw usageError(`--${flagName(idle)} is for ${where}, and --data-root is ${values.dataRoot}`);
  }
  if (isElsewhere) {
    refuseIdleS3(values.dataRoot, sources);
    const { s3Endpoint: endpoint, s3Region: region, s3Anonymous: anonymous } = values;
    const { requestTimeout: timeoutMs, retries, seed } = values;
    const remote = parseRemote(values.dataRoot, { endpoint, region, anonymous }, env);
    return { kind: "remote", remote, timeoutMs, retries, seed };
  }
  const root = resolve(values.dataRoot);
  const maker = makerAt(root);
  if (maker !== null || isVacant(root)) {
    if (!values.autoGenerate) {
      throw maker !== null
        ? usageError(`${maker} makes samples in ${root} just now`, "Start again when they are there.")
        : usageError(
            `there are no samples in ${root}`,
            "Name a --data-root that has some, or let it make some: --auto-generate.",
          );
    }
    return { kind: "make", root, options: optionsOf(values) };
  }
  const manifest = readManifest(root);
  const half = manifest === null ? halfEmptied(root) : null;
  if (half !== null) {
    throw usageError(
      `the samples in ${root} are not all there: who made them was ended while it moved them out of ${half}, or is not done yet`,
      "Empty the directory to have them made again, or name another --data-root. Without that folder it is read as it is.",
    );
  }
  refuseOthers(given, root, manifest?.generated === undefined ? null : manifest);
  return { kind: "there", root, layout: given.layout ?? null };
}

/** @throws ToolError USAGE for flags of another store's */
function refuseIdleS3(dataRoot: string, sources: StorageResolved["sources"]): void {
  const isGiven = (key: "s3Endpoint" | "s3Region" | "s3Anonymous") =>
    !["default", "env", undefined].includes(sources.get(key));
  const scheme = dataRoot.slice(0, dataRoot.indexOf(":")).toLowerCase();
  const idle = (["s3Endpoint", "s3Region", "s3Anonymous"] as const).find(
    (key) => isGiven(key) && scheme !== "s3" && !(scheme === "gs" && key === "s3Anonymous"),
  );
  if (idle === undefined) return;
  throw usageError(`--${flagName(idle)} says nothing of ${scheme}://`);
}

export interface ProvideDeps {
  signal: AbortSignal;
  line: LiveLine;
  /** Told what is to be done when the process is ended at once. */
  onSaver: (saveNow: () => void) => void;
}

/** The samples of a run. */
export interface Provided {
  dataset: Dataset;
  /** Whether this process has just made them. */
  hasMade: boolean;
}

/** How the run reads from there; null for samples on this machine. */
export function remoteSettings(source: DataSource): RemoteSettings {
  if (source.kind !== "remote") return null;
  const { remote, timeoutMs, retries } = source;
  return { remote, timeoutMs, retries };
}

/** Finds the samples that are there. @throws ToolError */
export function find(source: Exclude<DataSource, { kind: "make" }>, signal: AbortSignal): Promise<Dataset> {
  const text = "looking for the samples";
  if (source.kind === "there") return withSpinner(text, openDataset(source.root, source.layout, signal));
  const { remote, timeoutMs, retries, seed } = source;
  const jitter = rngFor(seed, "retries while samples are looked for").uniform;
  return withSpinner(text, openRemote(remote, { timeoutMs, retries, signal, jitter }));
}

/**
 * Finds the samples, and makes them first, and says so, where they are still to be made.
 * @param again looks anew, once another process has made some in the meantime
 * @throws ToolError
 */
export async function provide(
  source: DataSource,
  again: () => DataSource,
  { signal, line, onSaver }: ProvideDeps,
): Promise<Provided> {
  if (source.kind !== "make") return { dataset: await find(source, signal), hasMade: false };
  const { root, options } = source;
  const onWorkshop = (path: string) =>
    onSaver(() => {
      line.clear();
      notes.warn(
        `stopped: ${path} has the samples made so far; it is removed when samples are next made in ${root}`,
      );
    });
  let made: Manifest | null;
  try {
    made = await generate(root, options, {
      signal,
      onWorkshop,
      onProgress: (progress) => line.update(() => makingText(progress)),
      onWait: (maker) => notes.info(`${maker} makes samples in ${root} just now: waiting for it`),
      syncFileSystem: syncInThread,
    });
  } finally {
    onSaver(() => {});
    line.clear();
  }
  if (made === null) return provide(again(), again, { signal, line, onSaver });
  const dataset = await withSpinner("looking for the samples", openDataset(root, null, signal));
  notes.info(`made ${counted(made.samples, "sample")}, ${formatBytes(totalBytes(dataset))}, in ${root}`);
  return { dataset, hasMade: true };
}

/** The live line while samples are made. */
function makingText({ stage, done, of }: GenerateProgress): string {
  const count = done === null ? formatNumber(of) : `${formatNumber(done)} of ${formatNumber(of)}`;
  switch (stage) {
    case "make":
      return `making samples: ${count}`;
    case "sync":
      return `bringing them to the disk: ${count} files`;
    case "move":
      return `moving them to where they are read: ${count} files`;
    default:
      return assertNever(stage);
  }
}

function optionsOf(values: StorageValues): GenerateOptions {
  const { layout = "files", samplesPerShard } = values;
  if (layout === "files" && samplesPerShard !== undefined) {
    throw usageError(
      "--samples-per-shard is for the layouts tar and records",
      "Say which one with --layout.",
    );
  }
  return {
    layout,
    samples: values.sampleCount ?? 500,
    sampleBytes: inBytes(values.sampleSizeKb ?? { kind: "fixed", value: 256 }),
    samplesPerShard: samplesPerShard ?? 100,
    seed: values.seed,
  };
}

/** Flags that describe samples to be made must describe those that are there; nothing is made anew over them. */
function refuseOthers(values: StorageValues, root: string, manifest: Manifest | null): void {
  const { sampleCount, sampleSizeKb, samplesPerShard } = values;
  const asked: [flag: string, wanted: string | undefined, has: string | undefined][] = [
    ["--sample-count", sampleCount?.toString(), manifest?.samples.toString()],
    [
      "--sample-size-kb",
      sampleSizeKb && distributionText(sampleSizeKb),
      kibText(manifest?.generated?.sampleBytes),
    ],
    ["--samples-per-shard", samplesPerShard?.toString(), manifest?.generated?.samplesPerShard?.toString()],
  ];
  for (const [flag, wanted, has] of asked) {
    if (wanted === undefined || wanted === has) continue;
    const is =
      has === undefined
        ? `${root} is not empty, and what is there was not made so`
        : `there are samples in ${root} already, and those there have ${has}`;
    throw usageError(`${flag} ${wanted}: ${is}`, "Name another --data-root, or leave the flag out.");
  }
}

function kibText(sampleBytes: string | undefined): string | undefined {
  const parsed = sampleBytes === undefined ? null : parseDistribution(sampleBytes);
  return parsed === null ? undefined : distributionText(scaled(parsed, 1 / KIB));
}

function inBytes(kib: Distribution): Distribution {
  return scaled(kib, KIB);
}

function scaled(of: Distribution, factor: number): Distribution {
  const entries = Object.entries(of).map(([key, value]) => [
    key,
    typeof value === "number" ? value * factor : value,
  ]);
  return Object.fromEntries(entries) as Distribution;
}
