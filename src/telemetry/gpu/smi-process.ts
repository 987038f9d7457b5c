import { sleepMs } from "../../core/wait.ts";
import { parseSmiLine, SMI_FIELDS, type SmiReading } from "./smi-line.ts";

export interface SmiOptions {
  path: string;
  intervalMs: number;
  env: Readonly<Record<string, string | undefined>>;
  /** One call for all the readings that came at once. */
  onReadings(readings: SmiReading[]): void;
}

/** A running `nvidia-smi --loop-ms`. */
export interface SmiProcess {
  /** Resolves when it has ended by itself or by `stop`, with what it said last besides readings. */
  readonly ended: Promise<string>;
  /** Ends it and waits for that. */
  stop(): Promise<void>;
}

/** How long a program may take to end when asked to, before it is killed. */
const PATIENCE_MS = 1000;
const LONGEST_MESSAGE = 500;

/** Starts the program. @throws when it cannot be started at all */
export function startSmi(options: SmiOptions): SmiProcess {
  const { path, intervalMs, env, onReadings } = options;
  const child = Bun.spawn(
    [
      path,
      `--query-gpu=${SMI_FIELDS.join(",")}`,
      "--format=csv,noheader,nounits",
      `--loop-ms=${Math.round(intervalMs)}`,
    ],
    { stdin: "ignore", stdout: "pipe", stderr: "pipe", env: { ...env } },
  );
  let message = "";
  const addMessage = (line: string) => {
    if (line.trim() !== "" && message.length < LONGEST_MESSAGE) message += `${message && " "}${line.trim()}`;
  };
  const output = readLines(child.stdout, (lines) => {
    const readings: SmiReading[] = [];
    for (const line of lines) {
      const reading = parseSmiLine(line);
      if (reading === null) addMessage(line);
      else readings.push(reading);
    }
    if (readings.length > 0) onReadings(readings);
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
