import { stringify } from "yaml";
import type { Redactor } from "./redact.ts";
import type { RunDirectory } from "./run-directory.ts";
import { strictJson } from "./strict-json.ts";

/** The name of the file, to be declared with the run's other files. */
export const METADATA_FILE = "metadata.yaml";

/** Raised when a key changes its meaning or goes away. */
const SCHEMA_VERSION = 1;

export type RunStatus = "running" | "complete" | "interrupted" | "failed";

export interface RunFacts {
  /** inferbench's version. */
  version: string;
  /** The command, e.g. `serving`. */
  benchmark: string;
  runName: string;
  /** Unix milliseconds. */
  startedAtUnixMs: number;
  /** One instant on both clocks, so that files of a run that is killed can be put on one axis; `finish` may give the run's own start. */
  clock?: { startMonotonicMs: number; startUnixMs: number };
  /** The words after the program's name. */
  argv: readonly string[];
  /** Everything that decides what the run does, its seed included; JSON-able. */
  plan: unknown;
  /** See environment/capture.ts. */
  environment: unknown;
}

/** The run's metadata.yaml, written at once with status `running`. */
export interface MetadataFile {
  /**
   * Replaces the file with the outcome.
   * @param extra further facts known only at the end, under their own keys; they win over those of the start
   * @throws ToolError when it cannot be written
   */
  finish(status: Exclude<RunStatus, "running">, endedAtUnixMs: number, extra?: Record<string, unknown>): void;
}

/**
 * @param file another declared name, where several processes write to one directory
 * @throws ToolError when the file cannot be written
 */
export function startMetadata(
  directory: RunDirectory,
  facts: RunFacts,
  redactor: Redactor,
  file = METADATA_FILE,
): MetadataFile {
  const write = (status: RunStatus, endedAtUnixMs: number | null, extra: Record<string, unknown>) =>
    directory.writeAtomic(file, metadataText(facts, redactor, status, endedAtUnixMs, extra));
  write("running", null, {});
  return { finish: (status, endedAtUnixMs, extra = {}) => write(status, endedAtUnixMs, extra) };
}

/** metadata.yaml's text, secrets removed. */
export function metadataText(
  facts: RunFacts,
  redactor: Redactor,
  status: RunStatus,
  endedAtUnixMs: number | null,
  extra: Record<string, unknown> = {},
): string {
  const content = {
    schemaVersion: SCHEMA_VERSION,
    tool: "inferbench",
    version: facts.version,
    benchmark: facts.benchmark,
    runName: facts.runName,
    status,
    startedAt: new Date(facts.startedAtUnixMs).toISOString(),
    endedAt: endedAtUnixMs === null ? null : new Date(endedAtUnixMs).toISOString(),
    command: redactor.commandLine(["inferbench", ...facts.argv]),
    ...(facts.clock === undefined ? {} : { clock: facts.clock }),
    ...extra,
    plan: facts.plan,
    environment: facts.environment,
  };
  // Through JSON, so that typed arrays, NaN and undefined look here as they do in summary.json.
  const plain = redactor.value(JSON.parse(strictJson(content)));
  return stringify(plain, { lineWidth: 0, aliasDuplicateObjects: false });
}
