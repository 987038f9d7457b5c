import { LineFile } from "../../core/line-file.ts";
import type { Change } from "./history.ts";

const HEADER = "at_ms,unix_ms,series,value";

/** server_metrics.csv: of each scrape, whether it succeeded, and the series whose values changed. */
export class RecordFile {
  readonly #file: LineFile;
  readonly #unixOffsetMs: number;

  /** @throws the system error when the file cannot be opened */
  constructor(path: string, unixOffsetMs: number) {
    this.#file = new LineFile(path);
    this.#unixOffsetMs = unixOffsetMs;
    this.#file.append([HEADER]);
  }

  /** The system error that made it give up, or null. */
  get failure(): unknown {
    return this.#file.failure;
  }

  succeeded(atMs: number, tookMs: number, changes: readonly Change[]): void {
    const own: Change[] = [
      { series: "up", text: "1" },
      { series: "scrape_duration_seconds", text: (tookMs / 1000).toFixed(6) },
    ];
    this.#append(atMs, [...own, ...changes]);
  }

  failed(atMs: number, reason: string): void {
    this.#append(atMs, [{ series: `up{reason="${reason}"}`, text: "0" }]);
  }

  close(): void {
    this.#file.close();
  }

  #append(atMs: number, changes: readonly Change[]): void {
    const instants = `${atMs.toFixed(3)},${(atMs + this.#unixOffsetMs).toFixed(3)}`;
    this.#file.append(changes.map(({ series, text }) => `${instants},${quoted(series)},${text ?? ""}`));
  }
}

function quoted(series: string): string {
  return /[",]/.test(series) ? `"${series.replaceAll('"', '""')}"` : series;
}
