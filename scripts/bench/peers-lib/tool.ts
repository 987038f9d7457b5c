import type { Inputs } from "./inputs.ts";
import type { Load } from "./loads.ts";

/** What an installed tool is. */
export interface Installed {
  readonly version: string;
  /** Starts and ends at once, doing nothing: `--version`, or `--help` where there is none. */
  readonly idle: readonly string[];
}

/** What a tool needs to know for a run. */
export interface Run {
  readonly load: Load;
  /** `http://127.0.0.1:PORT` */
  readonly url: string;
  readonly inputs: Inputs;
  /** A folder of this run's own; the tool is started in it. */
  readonly folder: string;
}

export interface Command {
  readonly argv: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

/** A tool's own figures, ms; null where it does not report one. */
export interface Reported {
  readonly ttftMs: Quantiles;
  readonly itlMs: Quantiles;
}

export interface Quantiles {
  readonly p50: number | null;
  readonly p99: number | null;
}

/** A load generator. Its flags are its own documented ones. */
export interface Tool {
  readonly id: string;
  /** As it is started by its users. */
  readonly name: string;
  /** What its ITL is, where that is not the gaps between chunks. */
  readonly note?: string;
  /** @throws Error with the reason in one line when it cannot be had */
  install(folder: string): Promise<Installed>;
  command(run: Run): Command;
  /** Reads its result files. @throws when they are not there, or not as expected */
  read(run: Run): Reported;
}

/** The mock's model; it takes the other requests' names, too, so that no tool asks a hub. */
export const MODEL = "mock-model";
