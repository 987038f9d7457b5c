import { RedisClient } from "bun";
import { environmentError, messageOf, type ToolError } from "../core/errors.ts";
import { sleepMs } from "../core/wait.ts";

/** Between two tries to connect. */
const AGAIN_MS = 250;
const CONNECT_MS = 5000;
/** What a run leaves behind goes away by itself. */
export const EXPIRE_S = 3600;

/** The few commands that ranks need, each with an error that names the server. */
export interface Store {
  /** Bytes, under a key that expires. */
  set(key: string, value: string | Uint8Array): Promise<void>;
  get(key: string): Promise<string | null>;
  getBytes(key: string): Promise<Uint8Array | null>;
  /** A field of a hash. */
  setField(key: string, field: string, value: string): Promise<void>;
  /** Adds 1 to a field of a hash, and puts off the day when the hash expires. */
  count(key: string, field: string): Promise<void>;
  field(key: string, field: string): Promise<string | null>;
  fields(key: string): Promise<Readonly<Record<string, string>>>;
  close(): void;
}

/**
 * Connects, again and again until the time is up: a launcher may start the server no sooner than the ranks.
 * @throws ToolError RANKS
 */
export async function connectStore(
  { host, port }: { host: string; port: number },
  timeoutMs: number,
  signal: AbortSignal,
): Promise<Store> {
  const name = `${host.includes(":") ? `[${host}]` : host}:${port}`;
  const until = performance.now() + timeoutMs;
  for (;;) {
    const client = new RedisClient(`redis://${name}`, {
      autoReconnect: false,
      connectionTimeout: Math.min(CONNECT_MS, timeoutMs),
    });
    try {
      await client.connect();
      return storeOf(client, name);
    } catch (error) {
      client.close();
      if (performance.now() > until || signal.aborted) throw storeError(name, error);
    }
    await sleepMs(AGAIN_MS, signal);
  }
}

function storeOf(client: RedisClient, name: string): Store {
  const named = async <T>(command: Promise<T>): Promise<T> => {
    try {
      return await command;
    } catch (error) {
      throw storeError(name, error);
    }
  };
  return {
    set: async (key, value) => {
      await named(client.set(key, value, "EX", EXPIRE_S));
    },
    get: (key) => named(client.get(key)),
    getBytes: (key) => named(client.getBuffer(key)),
    setField: async (key, field, value) => {
      await named(client.hset(key, { [field]: value }));
    },
    count: async (key, field) => {
      await named(Promise.all([client.hincrby(key, field, 1), client.expire(key, EXPIRE_S)]));
    },
    field: (key, field) => named(client.hget(key, field)),
    fields: (key) => named(client.hgetall(key)),
    close: () => client.close(),
  };
}

function storeError(name: string, error: unknown): ToolError {
  return environmentError(
    "RANKS",
    `the Redis server at ${name} (MASTER_ADDR, MASTER_PORT): ${messageOf(error)}`,
    "The ranks meet there: start redis-server at that address. torchrun keeps a store of its own at its MASTER_PORT; name Redis's port instead.",
    error,
  );
}
