import { messageOf, systemCode } from "../../core/errors.ts";
import { LineFile } from "../../core/line-file.ts";
import { csvLine, GPU_CSV_HEADER, type GpuId } from "./sample.ts";
import type { FromSampler } from "./sampler-messages.ts";

type Post = (message: FromSampler) => void;

/** gpu_memory.csv, to which the sampling thread itself appends, so that no other thread's business delays it. */
export class RecordFile {
  readonly #file: LineFile | null;
  readonly #unixOffsetMs: number;
  readonly #post: Post;
  #lines: string[] = [GPU_CSV_HEADER];
  #hasFailed = false;

  /**
   * @param path null: nothing is kept
   * @throws the system error when the file cannot be opened
   */
  constructor(path: string | null, unixOffsetMs: number, post: Post) {
    this.#file = path === null ? null : new LineFile(path);
    this.#unixOffsetMs = unixOffsetMs;
    this.#post = post;
  }

  add(gpu: GpuId, atMs: number, figures: ArrayLike<number>): void {
    if (this.#file !== null) this.#lines.push(csvLine(gpu, figures, atMs + this.#unixOffsetMs));
  }

  /** Writes what was added, all at once. */
  write(): void {
    this.#file?.append(this.#lines);
    this.#lines = [];
    this.#tellFailure();
  }

  close(): void {
    this.#file?.close();
    this.#tellFailure();
  }

  #tellFailure(): void {
    const failure = this.#file?.failure ?? null;
    if (failure === null || this.#hasFailed) return;
    this.#hasFailed = true;
    this.#post({ kind: "write-failed", code: systemCode(failure), message: messageOf(failure) });
  }
}
