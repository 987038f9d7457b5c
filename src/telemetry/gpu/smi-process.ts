import type { Clock } from "../../core/clock.ts";
import { sleepMs } from "../../core/wait.ts";
import { type GpuSample, parseSample, SMI_FIELDS } from "./sample.ts";

export interface SmiOptions {
  path: string;
  intervalMs: number;
  clock: Clock;
  env: Readonly<Record<string, string | undefined>>;
  /** One call for all the samples that came at once. */
  onSamples(samples: GpuSample[]): void;
}

/** A running `nvidia-smi --loop-ms`. */
export interface SmiProcess {
  /** Resolves when it has ended by itself or by `stop`, with what it said last besides samples. */
  readonly ended: Promise<string>;
  /** Ends it and waits for that. */
  stop(): Promise<void>;
}

/** How long a program may take to end when asked to, before it is killed. */
const PATIENCE_MS = 1000;
const LONGEST_MESSAGE = 500;

/** Starts the program; each line gets the instant at which it was read. @throws when it cannot be started at all */
export function startSmi(options: SmiOptions): SmiProcess {
  const { path, intervalMs, clock, env, onSamples } = options;
  const child = Bun.spawn(
    [path, `--query-gpu=${SMI_FIELDS.join(",")}`, "--format=csv,noheader,nounits", `--loop-ms=${intervalMs}`],
    { stdin: "ignore", stdout: "pipe", stderr: "pipe", env: { ...env } },
  );
  let message = "";
  const addMessage = (line: string) => {
    if (line.trim() !== "" && message.length < LONGEST_MESSAGE) message += `${message && " "}${line.trim()}`;
  };
  const output = readLines(child.stdout, (lines) => {
    const atMs = clock.now();
    const samples: GpuSample[] = [];
    for (const line of lines) {
      const sample = parseSample(line, atMs);
      if (sample === null) addMessage(line);
      else samples.push(sample);
    }
    if (samples.length > 0) onSamples(samples);
  });
  const errors = readLines(child.stderr, (lines) => lines.forEach(addMessage));
  const ended = child.exited.then(async (exitCode) => {
    // A child of the child may hold the pipes open.
    await Promise.race([Promise.all([output.done, errors.done]), sleepMs(PATIENCE_MS)]);
    await Promise.all([output.cancel(), errors.cancel()]);
    return message === "" ? `nvidia-smi ended with code ${exitCode}` : `nvidia-smi: ${message}`;
  });
  return {
    ended,
    async stop() {
      child.kill("SIGTERM");
      const hasEnded = await Promise.race([
        child.exited.then(() => true),
        sleepMs(PATIENCE_MS).then(() => false),
      ]);
      if (!hasEnded) child.kill("SIGKILL");
      await ended;
    },
  };
}

/** Hands on the lines of a stream, all that one read brought at once. */
function readLines(stream: ReadableStream<Uint8Array>, onLines: (lines: string[]) => void) {
  const reader = stream.getReader();
  const decoder = new TextDecoder();
  const read = async () => {
    let rest = "";
    for (let next = await reader.read(); !next.done; next = await reader.read()) {
      const lines = (rest + decoder.decode(next.value, { stream: true })).split("\n");
      rest = lines.pop()!;
      if (lines.length > 0) onLines(lines);
    }
    if (rest !== "") onLines([rest]);
  };
  const done = read();
  return { done, cancel: () => reader.cancel() };
}
