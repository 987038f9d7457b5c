import type { MicrobatchRow, StepRow } from "../../benchmarks/storage/pipeline/rows.ts";
import { openRowFiles, type RowFiles, rowFileNames } from "../../benchmarks/storage/row-files.ts";
import { ToolError } from "../../core/errors.ts";
import { openLineWriter } from "../../results/jsonl-writer.ts";
import type { MetadataFile } from "../../results/metadata.ts";
import type { RunDirectory } from "../../results/run-directory.ts";
import { notes } from "../ui/notes.ts";
import type { StorageFileNames } from "./files.ts";

export interface OutputDeps {
  directory: RunDirectory;
  names: StorageFileNames;
  rank: number;
  /** Takes an earlier run's files away. @throws ToolError */
  clear(): void;
  /** @throws ToolError */
  beginMetadata(): MetadataFile;
  /** Told once, where the files cannot be begun: there is no sense in measuring on. */
  onFailed(): void;
}

/**
 * What a run writes while it goes on. That is nothing before its first counted step: until then an earlier run's files stay, and rows are held
 * in memory.
 */
export class RunOutput {
  readonly #deps: OutputDeps;
  #held: { microbatches: MicrobatchRow[]; steps: StepRow[] } = { microbatches: [], steps: [] };
  #rows: RowFiles | null = null;
  #metadata: MetadataFile | null = null;
  #failure: ToolError | null = null;
  #hasMeasured = false;

  constructor(deps: OutputDeps) {
    this.#deps = deps;
  }

  /** Whether a counted step was measured, which is worth files. */
  get hasMeasured(): boolean {
    return this.#hasMeasured;
  }

  /** Why files could not be begun, or take no more; null: they could. */
  get error(): ToolError | null {
    return this.#failure ?? this.#rows?.error ?? null;
  }

  /** Takes rows as they come. Never throws for the files' sake. */
  add(microbatches: readonly MicrobatchRow[], steps: readonly StepRow[]): void {
    this.#rows?.add(microbatches, steps);
    if (this.#rows !== null || this.#failure !== null) return;
    for (const row of microbatches) this.#held.microbatches.push(row);
    for (const row of steps) this.#held.steps.push(row);
    if (steps.some(({ step }) => step >= 0)) this.#beginRows();
  }

  /** Replaces an earlier run's files by those of this one, all but the rows'. A second call does nothing. @throws ToolError */
  begin(): void {
    if (this.#metadata !== null) return;
    const { directory, names, clear, beginMetadata } = this.#deps;
    clear();
    this.#metadata = beginMetadata();
    directory.settle(names.gpu);
  }

  /** What comes now stands in the place of all rows until now. */
  restart(): void {
    this.close();
    this.#rows = null;
    this.#held = { microbatches: [], steps: [] };
    for (const file of Object.values(rowFileNames(this.#deps.rank))) this.#deps.directory.remove(file);
  }

  /** Says in the metadata how the run ended; where nothing was begun there is none. @throws ToolError */
  finish(...outcome: Parameters<MetadataFile["finish"]>): void {
    this.#metadata?.finish(...outcome);
  }

  flushSync(): void {
    this.#rows?.flushSync();
  }

  close(): void {
    this.#rows?.close();
  }

  /** Removes what was begun: nothing was measured, and the same command shall find the directory as this one did. */
  discard(): void {
    if (this.#metadata === null) return;
    for (const name of Object.values(this.#deps.names)) this.#deps.directory.remove(name);
  }

  #beginRows(): void {
    const { directory, names, onFailed } = this.#deps;
    try {
      this.begin();
      const onError = (error: ToolError) => notes.error(error.message);
      this.#rows = openRowFiles((file) => openLineWriter(directory.path(names[file]), { onError }));
    } catch (error) {
      if (!(error instanceof ToolError)) throw error;
      this.#failure = error;
      onFailed();
      return;
    }
    this.#hasMeasured = true;
    this.#rows.add(this.#held.microbatches, this.#held.steps);
    this.#held = { microbatches: [], steps: [] };
  }
}
