import { RedisClient } from "bun";
import { environmentError, messageOf, type ToolError } from "../core/errors.ts";
import { interruptedEarly } from "../core/signals.ts";
import { sleepMs } from "../core/wait.ts";
import { type RedisAddress, redisName } from "./redis-address.ts";
import { refusalOf } from "./redis-refusal.ts";

/** Between two tries to connect. */
const AGAIN_MS = 250;
const CONNECT_MS = 5000;
/** How long an answer is waited for once the user has had enough. */
const INTERRUPTED_MS = 2000;
/** What a run leaves behind goes away by itself. */
export const EXPIRE_S = 3600;

/**
 * The few commands that ranks need, each with an error that names the server. One that is not answered in time closes the connection, and
 * all that come after it fail at once.
 */
export interface Store {
  /** Bytes, under a key that expires. */
  set(key: string, value: string | Uint8Array): Promise<void>;
  get(key: string): Promise<string | null>;
  getBytes(key: string): Promise<Uint8Array | null>;
  /** A field of a hash. */
  setField(key: string, field: string, value: string): Promise<void>;
  /** Adds 1 to a field of a hash, and puts off the day when the hash expires. Returns what it is then. */
  count(key: string, field: string): Promise<number>;
  field(key: string, field: string): Promise<string | null>;
  fields(key: string): Promise<Readonly<Record<string, string>>>;
  close(): void;
}

/**
 * Connects, again and again until the time is up: a launcher may start the server no sooner than the ranks. A server that refuses the
 * log-in, or whose certificate is not to be trusted, is not asked again.
 * @param timeoutMs until it is connected, and of each command
 * @throws ToolError RANKS; INTERRUPTED
 */
export async function connectStore(
  address: RedisAddress,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<Store> {
  const until = performance.now() + timeoutMs;
  for (;;) {
    const client = new RedisClient(urlOf(address), {
      autoReconnect: false,
      connectionTimeout: Math.min(CONNECT_MS, timeoutMs),
      tls: address.tls,
    });
    try {
      await client.connect();
      return storeOf(client, address, timeoutMs, signal);
    } catch (error) {
      client.close();
      const refusal = signal.aborted ? null : await refusalOf(address);
      if (signal.aborted) throw interruptedEarly();
      if (refusal !== null) throw storeError(address, new Error(refusal));
      if (performance.now() > until || isNoDatabase(error)) throw storeError(address, error);
    }
    await sleepMs(AGAIN_MS, signal);
    if (signal.aborted) throw interruptedEarly();
  }
}

function urlOf(address: RedisAddress): string {
  const { tls, database, login } = address;
  const log =
    login === null ? "" : `${encodeURIComponent(login.user)}:${encodeURIComponent(login.password)}@`;
  return `${tls ? "rediss" : "redis"}://${log}${redisName(address)}/${database}`;
}

/** It came as far as SELECT. */
function isNoDatabase(error: unknown): boolean {
  return /DB index/.test(messageOf(error));
}

function storeOf(client: RedisClient, address: RedisAddress, timeoutMs: number, signal: AbortSignal): Store {
  let gone: ToolError | null = null;
  const named = async <T>(send: () => Promise<T>): Promise<T> => {
    if (gone !== null) throw gone;
    try {
      return await answered(send(), timeoutMs, signal);
    } catch (error) {
      if (error instanceof NoAnswer) {
        gone ??= storeError(address, error);
        client.close();
      }
      throw gone ?? storeError(address, error);
    }
  };
  return {
    set: async (key, value) => {
      await named(() => client.set(key, value, "EX", EXPIRE_S));
    },
    get: (key) => named(() => client.get(key)),
    getBytes: (key) => named(() => client.getBuffer(key)),
    setField: async (key, field, value) => {
      await named(() => client.hset(key, { [field]: value }));
    },
    count: async (key, field) => {
      const [count] = await named(() =>
        Promise.all([client.hincrby(key, field, 1), client.expire(key, EXPIRE_S)]),
      );
      return count;
    },
    field: (key, field) => named(() => client.hget(key, field)),
    fields: (key) => named(() => client.hgetall(key)),
    close: () => client.close(),
  };
}

class NoAnswer extends Error {}

/**
 * Waits for an answer for at most so long, and not much longer once the user has had enough. The time is waited for in two halves: where this
 * process was held up itself, that counts as one of them at most.
 * @throws NoAnswer
 */
async function answered<T>(answer: Promise<T>, timeoutMs: number, signal: AbortSignal): Promise<T> {
  const silence = Promise.withResolvers<never>();
  const halfMs = timeoutMs / 2;
  const end = () => silence.reject(new NoAnswer("there is no answer"));
  let timer = setTimeout(() => {
    timer = setTimeout(end, halfMs);
  }, halfMs);
  const hurry = () => {
    clearTimeout(timer);
    timer = setTimeout(end, Math.min(INTERRUPTED_MS, timeoutMs));
  };
  if (signal.aborted) hurry();
  else signal.addEventListener("abort", hurry, { once: true });
  try {
    return await Promise.race([answer, silence.promise]);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", hurry);
  }
}

function storeError(address: RedisAddress, error: unknown): ToolError {
  const { login, tls } = address;
  const how = `${tls ? " with TLS" : ""}${login === null ? "" : ", with a password"}`;
  // What a server or a library says may repeat what it was sent.
  const said = login === null ? messageOf(error) : messageOf(error).replaceAll(login.password, "[redacted]");
  return environmentError(
    "RANKS",
    `the Redis server at ${redisName(address)}${how} (--redis-url, else MASTER_ADDR and MASTER_PORT): ${said}`,
    tls
      ? "The ranks meet there. NODE_EXTRA_CA_CERTS names the file of a certificate authority of one's own."
      : "The ranks meet there: start redis-server at that address. torchrun keeps a store of its own at its MASTER_PORT; name Redis's port instead.",
  );
}
