import { formatBytes } from "../../../core/units.ts";
import { counted, measured } from "../../numbers.ts";
import { dateOf, gpusOf, joined, machineOf, versionOf } from "../run-facts.ts";
import type { Fact } from "../spec.ts";
import type { Loading } from "./loading.ts";
import type { StorageRun } from "./run.ts";
import type { SavedMetadata } from "./saved-files.ts";
import { differences, differencesText, settingsOf } from "./settings.ts";
import { shortened } from "./texts.ts";

/** A run and what its rows say. */
export interface LoadedRun {
  run: StorageRun;
  loading: Loading;
}

/** Rows of runs that a figure has room for. */
const MOST_ROWS = 8;

/** Characters of a run's name. */
const MOST_NAME = 30;

/** Said elsewhere in the table or in the figure. */
const NOT_SHOWN: ReadonlySet<string> = new Set(["mode", "data-root", "steps", "verify"]);

/** Where, when and with what one run was measured, a row each. The host's own name is left out: pictures are shown around. */
export function runFacts({ run, loading }: LoadedRun): Fact[] {
  const { name, metadata } = run;
  return shown([
    { name: "Run", value: joined([name, began(metadata), writerOf(run)]) },
    { name: "Amount", value: amountOf(loading) },
    { name: "Settings", value: settingsText(metadata, new Set()) },
    { name: "Data", value: dataOf(metadata) },
    { name: "Machine", value: machine(metadata) },
    { name: "GPU", value: gpusOf(metadata?.environment ?? null) },
  ]);
}

/** Several runs: what differs, a row for each, and below what they have in common. */
export function comparisonFacts(runs: readonly LoadedRun[]): Fact[] {
  const all = runs.map(({ run }) => run.metadata);
  const different = differences(all);
  const areKnown = all.every((metadata) => settingsOf(metadata) !== null);
  const columns = [
    { name: "Data", of: ({ run }: LoadedRun) => dataOf(run.metadata) },
    { name: "Machine", of: ({ run }: LoadedRun) => machine(run.metadata) },
    { name: "GPU", of: ({ run }: LoadedRun) => gpusOf(run.metadata?.environment ?? null) },
    { name: "Version", of: ({ run }: LoadedRun) => writerOf(run) },
  ];
  const isCommon = ({ of }: (typeof columns)[number]) => new Set(runs.map(of)).size === 1;
  // Where the data differ, the first row says so.
  const own = columns.filter((column) => !isCommon(column) && column.name !== "Data");
  const rows = runs.slice(0, MOST_ROWS).map((one) => ({
    name: shortened(one.run.name, MOST_NAME),
    value: joined([began(one.run.metadata), amountOf(one.loading), ...own.map(({ of }) => of(one))]),
  }));
  if (runs.length > MOST_ROWS) rows.push({ name: "…", value: `and ${runs.length - MOST_ROWS} more runs` });
  const without = new Set(different.map(({ name }) => name));
  const difference = areKnown
    ? differencesText(different) || "no setting"
    : "not known, metadata.yaml is missing";
  return shown([
    { name: "Differs", value: difference },
    ...rows,
    { name: "Same", value: areKnown ? settingsText(all[0]!, without) : "" },
    ...columns.filter(isCommon).map(({ name, of }) => ({ name, value: of(runs[0]!) })),
  ]);
}

function shown(facts: readonly Fact[]): Fact[] {
  return facts.filter(({ value }) => value !== "");
}

function began(metadata: SavedMetadata | null): string {
  if (metadata === null) return "";
  return dateOf({ startedAt: metadata.startedAt ?? metadata.timestamp_utc, version: null });
}

function writerOf({ rows, metadata }: StorageRun): string {
  if (rows.writer === "inferbench") return versionOf(metadata);
  const version = metadata?.host?.python_version;
  return version ? `the Python tool, Python ${version}` : "the Python tool";
}

function machine(metadata: SavedMetadata | null): string {
  return metadata?.environment ? machineOf(metadata.environment) : (metadata?.host?.platform ?? "");
}

/** `200 steps, 51,200 samples of 262 kB in 12.3 s` */
function amountOf({ throughput }: Loading): string {
  const { steps, samples, windowS, bytesPerS, samplesPerS } = throughput;
  const size = bytesPerS === null || samplesPerS === 0 ? "" : ` of ${formatBytes(bytesPerS / samplesPerS)}`;
  return `${counted(steps, "step")}, ${counted(samples, "sample")}${size} in ${measured(windowS)} s`;
}

function settingsText(metadata: SavedMetadata | null, without: ReadonlySet<string>): string {
  return (
    [...(settingsOf(metadata) ?? [])]
      .filter(([name]) => !without.has(name) && !NOT_SHOWN.has(name))
      // A line is not broken between a name and its value.
      .map(([name, value]) => `${name}\u00a0${value}`)
      .join(", ")
  );
}

/** A query of an address may hold a key. */
function dataOf(metadata: SavedMetadata | null): string {
  return settingsOf(metadata)?.get("data-root")?.replace(/\?.*$/, "") ?? "";
}
