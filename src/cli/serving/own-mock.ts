import { messageOf } from "../../core/errors.ts";
import { ownProgram } from "../../core/program.ts";
import { sleepMs } from "../../core/wait.ts";
import type { TruthRecord } from "../../mock/truth/truth-record.ts";

/** A mock server of this same program, in a process of its own. */
export interface OwnMock {
  /** `http://127.0.0.1:PORT` */
  readonly url: string;
  /** Ends it. @returns what really happened to each request */
  stop(): Promise<TruthRecord[]>;
}

export interface OwnMockOptions {
  /** Kills it. */
  signal: AbortSignal;
  /** How long it may take to listen. */
  startMs: number;
  /** The words that start this program. */
  program?: readonly string[] | undefined;
}

/** How long it may take to end when asked to, before it is killed. */
const PATIENCE_MS = 500;

/**
 * Starts `inferbench mock` on a free port of 127.0.0.1. However this program ends, the mock sees the end of its standard input and
 * ends too.
 * @throws Error that says why there is none
 */
export async function startOwnMock(
  flags: readonly string[],
  { signal, startMs, program = ownProgram() }: OwnMockOptions,
): Promise<OwnMock> {
  const child = Bun.spawn(
    [...program, "mock", "--port", "0", "--truth", "-", "--stop-with-stdin", ...flags],
    { stdin: "pipe", stdout: "pipe", stderr: "pipe", env: environment() },
  );
  const kill = () => child.kill("SIGKILL");
  signal.addEventListener("abort", kill, { once: true });
  const timer = setTimeout(kill, startMs);
  const errors = child.stderr.text();
  const lines = readLines(child.stdout);
  const { value: greeting } = await lines.next();
  clearTimeout(timer);
  const url = /^listening on (\S+)$/.exec(greeting ?? "")?.[1];
  if (url === undefined) {
    kill();
    await child.exited;
    throw new Error(
      child.signalCode === "SIGKILL"
        ? `it did not listen within ${startMs} ms`
        : await lastWords(errors, child.exitCode),
    );
  }
  // Read while the mock runs: a pipe that is full would hold it up.
  const truths = collect(lines);
  return {
    url,
    async stop() {
      child.kill("SIGTERM");
      await Promise.race([child.exited, sleepMs(PATIENCE_MS)]);
      kill();
      await child.exited;
      signal.removeEventListener("abort", kill);
      return truths;
    },
  };
}

/** Configuration of this run that stands in the environment is not the mock's; that the limits are raised is. */
function environment(): Record<string, string | undefined> {
  const isOurs = (name: string) => name.startsWith("INFERBENCH_") && name !== "INFERBENCH_REEXEC";
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !isOurs(name)));
}

async function lastWords(errors: Promise<string>, exitCode: number | null): Promise<string> {
  const said = (await errors.catch(messageOf)).trim().split("\n").at(-1);
  return said ? said : `it ended with code ${exitCode}`;
}

async function collect(lines: AsyncGenerator<string>): Promise<TruthRecord[]> {
  const truths: TruthRecord[] = [];
  try {
    for await (const line of lines) truths.push(JSON.parse(line));
  } catch {
    // Requests without truth are not compared.
  }
  return truths;
}

/** Whole lines as they come; what follows the last line end was cut off and is left out. */
async function* readLines(stream: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = "";
  for await (const bytes of stream) {
    const lines = (rest + decoder.decode(bytes, { stream: true })).split("\n");
    rest = lines.pop()!;
    yield* lines;
  }
}
