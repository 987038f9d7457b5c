import { messageOf, ToolError } from "../../../core/errors.ts";
import { memoryAt } from "../../../native/file-io.ts";
import { addressMaker, headersMaker } from "../remote/address.ts";
import { fetchRange } from "../remote/fetch-range.ts";
import { countRequest, countRetry } from "../remote/network-counts.ts";
import type { RetryCause } from "../remote/try-again.ts";
import type { Control } from "./control.ts";
import type { Source } from "./messages.ts";

/** Brings samples from a store into memory, one request at a time. */
export interface RemoteReader {
  /**
   * @returns where in memory the sample begins, and how long its first byte took, retries included; null when the run is to end
   * @throws ToolError READ_FAILED
   */
  read(sample: number, address: number): Promise<{ address: number; firstByteMs: number } | null>;
  /** Bytes that came over the wire until now, failed tries included. */
  readonly receivedBytes: number;
}

export function remoteReader(
  source: Source & { kind: "remote" },
  network: Int32Array,
  control: Control,
  jitter: () => number,
): RemoteReader {
  const { dataset, remote, timeoutMs, retries } = source;
  const addressOf = addressMaker(remote);
  const headers = headersMaker(remote);
  const addresses = new Map<number, string>();
  const ending = new AbortController();
  control.whenStopped().then(() => ending.abort());
  let receivedBytes = 0;
  const options = {
    timeoutMs,
    retries,
    signal: ending.signal,
    jitter,
    onRequest: () => countRequest(network),
    onRetry: (cause: RetryCause) => countRetry(network, cause),
  };
  const addressFor = (file: number): string => {
    const known = addresses.get(file);
    if (known !== undefined) return known;
    const made = addressOf(dataset.files[file]!.slice(dataset.root.length + 1));
    addresses.set(file, made);
    return made;
  };
  return {
    async read(sample, address) {
      const file = dataset.fileOf[sample]!;
      const bytes = dataset.bytes[sample]!;
      const request = {
        url: addressFor(file),
        offset: dataset.offset[sample]!,
        bytes,
        into: memoryAt(address, bytes),
        headers,
      };
      try {
        const startedAt = performance.now();
        let firstByteAt = 0;
        await fetchRange(request, {
          ...options,
          onBytes(bytes) {
            if (firstByteAt === 0) firstByteAt = performance.now();
            receivedBytes += bytes;
          },
        });
        return { address, firstByteMs: firstByteAt - startedAt };
      } catch (error) {
        if (control.isStopped) return null;
        throw new ToolError(
          "READ_FAILED",
          `cannot read sample ${sample} of ${dataset.files[file]}: ${messageOf(error)}`,
          {
            hint: "What was measured until then is kept. --retries and --request-timeout say how long to try.",
          },
        );
      }
    },
    get receivedBytes() {
      return receivedBytes;
    },
  };
}
