import type { Placed } from "../dataset/dataset.ts";
import { remoteTarMembers } from "../dataset/tar-index.ts";
import { tarSamples } from "../dataset/tar-samples.ts";
import { addressMaker, headersMaker } from "./address.ts";
import { fetchRange } from "./fetch-range.ts";
import type { Bucket } from "./location.ts";

/** Shards that are looked into at the same time. */
const AT_ONCE = 16;
/** Of one request: a header is 512 bytes, and where samples are small the next ones come with it. */
const CHUNK_BYTES = 32_768;
const TIMEOUT_MS = 60_000;
const RETRIES = 5;

/** A shard, by its name below the root. */
interface Shard {
  name: string;
  bytes: number;
  /** For error texts. */
  path: string;
}

/**
 * Finds the samples of tar shards that have no index, by their headers: about one request for each member that is larger than 32 KiB.
 * @throws ToolError where one is no tar; what the store answers
 */
export async function scanTars(remote: Bucket, shards: readonly Shard[]): Promise<Placed[]> {
  const addressOf = addressMaker(remote);
  const headers = headersMaker(remote);
  const found: Placed[][] = [];
  let next = 0;
  const scan = async () => {
    for (let file = next++; file < shards.length; file = next++) {
      const { name, bytes, path } = shards[file]!;
      const members = await remoteTarMembers(path, bytes, chunkReader(addressOf(name), bytes, headers));
      found[file] = tarSamples(members, file);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, scan));
  return found.flat();
}

/** Reads pieces of an object of so many bytes, by whole chunks, the last of which is kept. */
function chunkReader(url: string, size: number, headers: () => Promise<Record<string, string>>) {
  const nothing = () => {};
  const options = {
    timeoutMs: TIMEOUT_MS,
    retries: RETRIES,
    signal: new AbortController().signal,
    onBytes: nothing,
    onRequest: nothing,
    onRetry: nothing,
  };
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
