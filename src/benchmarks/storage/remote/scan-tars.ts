import { messageOf } from "../../../core/errors.ts";
import { remoteTarMembers } from "../dataset/tar-index.ts";
import { type ShardSamples, tarSamples } from "../dataset/tar-samples.ts";
import { addressMaker, headersMaker } from "./address.ts";
import { fetchRange } from "./fetch-range.ts";
import type { Remote } from "./location.ts";
import type { RetryOptions } from "./try-again.ts";

/** Shards that are looked into at the same time. */
const AT_ONCE = 16;
/** Of one request: a header is 512 bytes, and where samples are small the next ones come with it. */
const CHUNK_BYTES = 32_768;

/** A shard, by its name below the root. */
interface Shard {
  name: string;
  bytes: number;
  /** For error texts. */
  path: string;
}

/**
 * Finds the samples of tar shards that have no index, by their headers: about one request for each member that is larger than 32 KiB.
 * @throws ToolError where one is no tar; what the store answers, or the abort's reason
 */
export async function scanTars(
  remote: Remote,
  shards: readonly Shard[],
  options: RetryOptions,
): Promise<ShardSamples[]> {
  const addressOf = addressMaker(remote);
  const headers = headersMaker(remote);
  return eachAtOnce(shards, options, async ({ name, bytes, path }, file, all) =>
    tarSamples(await remoteTarMembers(path, bytes, chunkReader(addressOf(name), bytes, headers, all)), file),
  );
}

/**
 * The sizes of objects, each by a request for its first byte.
 * @throws what the store answers, or the abort's reason
 */
export function withSizes(
  remote: Remote,
  names: readonly string[],
  options: RetryOptions,
): Promise<{ name: string; bytes: number }[]> {
  const addressOf = addressMaker(remote);
  const headers = headersMaker(remote);
  return eachAtOnce(names, options, async (name, _, all) => {
    const first = { url: addressOf(name), offset: 0, bytes: 1, into: new Uint8Array(1), headers };
    try {
      const bytes = await fetchRange(first, all);
      if (bytes === null) throw new Error("the server does not tell its size");
      return { name, bytes };
    } catch (error) {
      throw new Error(`${name}: ${messageOf(error)}`, { cause: error });
    }
  });
}

/** Does the same with each of many, some at a time; the first failure ends the others. */
async function eachAtOnce<In, Out>(
  items: readonly In[],
  options: RetryOptions,
  work: (item: In, i: number, options: RetryOptions) => Promise<Out>,
): Promise<Out[]> {
  const done: Out[] = [];
  let next = 0;
  const failing = new AbortController();
  const all = { ...options, signal: AbortSignal.any([options.signal, failing.signal]) };
  const some = async () => {
    for (let i = next++; i < items.length; i = next++) done[i] = await work(items[i]!, i, all);
  };
  try {
    await Promise.all(Array.from({ length: AT_ONCE }, some));
  } finally {
    failing.abort();
  }
  return done;
}

/** Reads pieces of an object of so many bytes, by whole chunks, the last of which is kept. */
function chunkReader(
  url: string,
  size: number,
  headers: () => Promise<Record<string, string>>,
  options: RetryOptions,
) {
  let chunk = { offset: 0, content: Buffer.alloc(0) };
  return async (offset: number, bytes: number): Promise<Buffer> => {
    const end = Math.min(offset + bytes, size);
    if (offset < chunk.offset || end > chunk.offset + chunk.content.length) {
      const content = Buffer.alloc(Math.min(Math.max(CHUNK_BYTES, bytes), size - offset));
      await fetchRange({ url, offset, bytes: content.length, into: content, headers }, options);
      chunk = { offset, content };
    }
    return chunk.content.subarray(offset - chunk.offset, end - chunk.offset);
  };
}
