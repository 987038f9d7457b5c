import { createServer } from "node:net";
import { RedisClient } from "bun";
import { startFakeRedis } from "../../src/ranks/redis.fake.ts";

const START_MS = 20_000;

export interface TestRedis {
  port: number;
  /** Stops answering, with its connections open. */
  freeze(): void;
  /** FLUSHALL. */
  empty(): void | Promise<void>;
  stop(): void;
}

/** The server that INFERBENCH_CHECK_REDIS names (scripts/check-ranks), else the stand-in. */
export async function startRedis(password: string | null = null): Promise<TestRedis> {
  const program = process.env.INFERBENCH_CHECK_REDIS;
  if (program === undefined) return startFakeRedis(password);
  const port = await freePort();
  const child = Bun.spawn(
    [
      program,
      "--port",
      String(port),
      "--bind",
      "127.0.0.1",
      "--save",
      "",
      ...(password === null ? [] : ["--requirepass", password]),
    ],
    {
      cwd: "/",
      stdout: "ignore",
      stderr: "inherit",
    },
  );
  await untilAnswers(port);
  return {
    port,
    freeze: () => child.kill("SIGSTOP"),
    empty: () => flushed(port),
    stop: () => child.kill("SIGKILL"),
  };
}

async function flushed(port: number): Promise<void> {
  const client = new RedisClient(`redis://127.0.0.1:${port}`);
  await client.send("FLUSHALL", []);
  client.close();
}

/** A port that was free just now. */
function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}

async function untilAnswers(port: number): Promise<void> {
  for (const until = Date.now() + START_MS; ; await Bun.sleep(20)) {
    try {
      const socket = await Bun.connect({ hostname: "127.0.0.1", port, socket: { data() {} } });
      socket.end();
      return;
    } catch (error) {
      if (Date.now() > until) throw error;
    }
  }
}
