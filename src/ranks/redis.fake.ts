import { type AddressInfo, createServer, type Socket } from "node:net";

/**
 * As much of a Redis server as ranks use, in this process: RESP 3 on 127.0.0.1, no expiry. What it is asked for and does not know is an
 * error, as in the real one; with a password it wants one in HELLO. scripts/check-ranks runs the same against redis-server.
 * Source: https://redis.io/docs/latest/develop/reference/protocol-spec/
 */
export async function startFakeRedis(
  password: string | null = null,
): Promise<{ port: number; freeze(): void; empty(): void; stop(): void }> {
  const keys = new Map<string, Buffer>();
  const hashes = new Map<string, Map<string, string>>();
  const hash = (key: string) => hashes.getOrInsertComputed(key, () => new Map());
  const answer = (words: readonly Buffer[]): string | Uint8Array => {
    const [command = "", key = "", ...rest] = words.map(String);
    switch (command.toUpperCase()) {
      case "HELLO":
        if (password !== null && rest.join(" ") !== `AUTH default ${password}`) {
          return rest.length === 0 ? "-NOAUTH log in first\r\n" : "-WRONGPASS invalid password\r\n";
        }
        return "%1\r\n+proto\r\n:3\r\n";
      case "SET":
        keys.set(key, words[2]!);
        return "+OK\r\n";
      case "GET":
        return bulk(keys.get(key));
      case "HSET":
        hash(key).set(rest[0]!, rest[1]!);
        return ":1\r\n";
      case "HGET":
        return bulk(hash(key).get(rest[0]!));
      case "HGETALL": {
        const fields = [...hash(key)];
        return Buffer.concat([
          Buffer.from(`%${fields.length}\r\n`),
          ...fields.flatMap(([field, value]) => [bulk(field), bulk(value)]),
        ]);
      }
      case "HINCRBY": {
        const count = Number(hash(key).get(rest[0]!) ?? 0) + Number(rest[1]);
        hash(key).set(rest[0]!, String(count));
        return `:${count}\r\n`;
      }
      case "EXPIRE":
        return ":1\r\n";
      default:
        return `-ERR unknown command '${command}'\r\n`;
    }
  };
  const sockets = new Set<Socket>();
  let isFrozen = false;
  const server = createServer((socket) => {
    let waiting: Buffer = Buffer.alloc(0);
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    socket.on("error", () => {});
    socket.on("data", (bytes: Buffer) => {
      if (isFrozen) return;
      const { commands, rest } = commandsIn(Buffer.concat([waiting, bytes]));
      waiting = rest;
      for (const words of commands) socket.write(answer(words));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    port: (server.address() as AddressInfo).port,
    /** Answers nothing from now on, with its connections open. */
    freeze() {
      isFrozen = true;
    },
    empty() {
      keys.clear();
      hashes.clear();
    },
    stop() {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}

function bulk(value: string | Buffer | undefined): Buffer {
  if (value === undefined) return Buffer.from("_\r\n");
  const bytes = Buffer.from(value);
  return Buffer.concat([Buffer.from(`$${bytes.length}\r\n`), bytes, Buffer.from("\r\n")]);
}

/** Whole commands, each an array of bulk strings, and what follows the last of them. */
function commandsIn(bytes: Buffer): { commands: Buffer[][]; rest: Buffer } {
  const commands: Buffer[][] = [];
  let rest = bytes;
  for (;;) {
    let at = 0;
    const number = (): number | null => {
      const end = rest.indexOf("\r\n", at);
      if (end < 0) return null;
      const value = Number(rest.subarray(at + 1, end));
      at = end + 2;
      return value;
    };
    const words: Buffer[] = [];
    const count = number();
    while (count !== null && words.length < count) {
      const length = number();
      if (length === null || rest.length < at + length + 2) return { commands, rest };
      words.push(Buffer.from(rest.subarray(at, at + length)));
      at += length + 2;
    }
    if (count === null) return { commands, rest };
    commands.push(words);
    rest = rest.subarray(at);
  }
}
