import { join } from "node:path";

const MAIN = join(import.meta.dir, "../../src/main.ts");

/** A mock server in a process of its own, so that it shares no event loop with what is measured. */
export interface MockProcess {
  readonly url: string;
  /** Ends it by its pid and waits for it. */
  stop(): Promise<void>;
}

/** Starts `inferbench mock` on a free port. */
export async function startMockProcess(...flags: string[]): Promise<MockProcess> {
  const child = Bun.spawn([process.execPath, MAIN, "mock", "--port", "0", "--stop-with-stdin", ...flags], {
    stdout: "pipe",
    stderr: "inherit",
    // It ends with this process, however that ends.
    stdin: "pipe",
  });
  const reader = child.stdout.getReader();
  let text = "";
  while (!text.includes("\n")) {
    const { done, value } = await reader.read();
    if (done) throw new Error(`the mock ended before it listened: ${text}`);
    text += Buffer.from(value).toString();
  }
  const url = /http:\/\/\S+/.exec(text)?.[0];
  if (url === undefined) throw new Error(`the mock said: ${text}`);
  return {
    url,
    async stop() {
      child.kill("SIGTERM");
      await child.exited;
    },
  };
}
