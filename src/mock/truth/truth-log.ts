import { type FileHandle, open } from "node:fs/promises";
import { environmentError, messageOf } from "../../core/errors.ts";
import type { TruthRecord } from "./truth-record.ts";

/** Lines reach the file at least this often. */
const FLUSH_MS = 500;

/** The truth file: one JSON line for each generation request that is over, in the order in which they end. */
export class TruthLog {
  private readonly file: FileHandle;
  private readonly timer: ReturnType<typeof setInterval>;
  private lines: string[] = [];
  private writing: Promise<void> = Promise.resolve();
  private failure: unknown;

  private constructor(file: FileHandle) {
    this.file = file;
    this.timer = setInterval(() => this.flush(), FLUSH_MS);
  }

  /** Creates the file, or empties it. @throws ToolError when that is not possible */
  static async open(path: string): Promise<TruthLog> {
    try {
      return new TruthLog(await open(path, "w"));
    } catch (error) {
      const hint = "Give --truth a file in a directory that exists and can be written.";
      throw environmentError("TRUTH_FILE", `cannot write ${path}: ${messageOf(error)}`, hint, error);
    }
  }

  /** Takes a record; it is in the file within half a second. */
  add(record: TruthRecord): void {
    this.lines.push(`${JSON.stringify(record)}\n`);
  }

  /** Writes what is left and closes the file. @throws ToolError when lines could not be written */
  async close(): Promise<void> {
    clearInterval(this.timer);
    this.flush();
    await this.writing;
    await this.file.close();
    if (this.failure === undefined) return;
    const message = `the truth file is not complete: ${messageOf(this.failure)}`;
    throw environmentError("TRUTH_FILE", message, "Look at the space left on its disk.", this.failure);
  }

  /** Off the event loop's thread, one write after the other. */
  private flush(): void {
    if (this.lines.length === 0) return;
    const text = this.lines.join("");
    this.lines = [];
    this.writing = this.writing
      .then(() => this.file.writeFile(text))
      .catch((error) => {
        this.failure ??= error;
      });
  }
}
