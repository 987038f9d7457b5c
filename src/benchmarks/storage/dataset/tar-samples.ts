import { basename } from "node:path";
import { sum } from "../../../analysis/sum.ts";
import type { DatasetOddities, Placed } from "./dataset.ts";
import type { TarMember } from "./tar-index.ts";

/** What one shard has. */
export interface ShardSamples {
  placed: Placed[];
  /** Samples whose key an earlier one of the shard has already, and the first such key. */
  repeated: number;
  repeatedKey: string | null;
}

/**
 * The samples of a shard as WebDataset groups them: members that stand together and share the name up to the first dot of its last part
 * are one sample, read in one piece. Members without an extension, and `__…__` beside the folders, are no samples;
 * unlike there they end one, since its piece would have them in it.
 * Source: webdataset 0.2, tariterators.py: base_plus_ext, tar_file_expander and group_by_keys
 */
export function tarSamples(members: readonly TarMember[], file: number): ShardSamples {
  const samples: Placed[] = [];
  const keys = new Set<string>();
  let repeated = 0;
  let repeatedKey: string | null = null;
  let lastKey: string | null = null;
  for (const { name, offset, bytes } of members) {
    const key = keyOf(name);
    const last = samples.at(-1);
    if (key !== null && key === lastKey && last !== undefined) last.bytes = offset + bytes - last.offset;
    else if (key !== null) {
      samples.push({ file, offset, bytes });
      if (keys.has(key)) {
        repeated++;
        repeatedKey ??= key;
      }
      keys.add(key);
    }
    lastKey = key;
  }
  return { placed: samples.filter((sample) => sample.bytes > 0), repeated, repeatedKey };
}

/** The samples of all shards, in their order. @param nameOf a shard, for people */
export function samplesOfShards(
  shards: readonly ShardSamples[],
  nameOf: (file: number) => string,
): { placed: Placed[]; emptyNames: string[]; repeatedKeys: DatasetOddities["repeatedKeys"] } {
  const first = shards.findIndex(({ repeatedKey }) => repeatedKey !== null);
  return {
    placed: shards.flatMap(({ placed }) => placed),
    emptyNames: shards.flatMap(({ placed }, file) => (placed.length === 0 ? [nameOf(file)] : [])),
    repeatedKeys:
      first === -1
        ? null
        : {
            samples: sum(shards.map(({ repeated }) => repeated)),
            shard: nameOf(first),
            key: shards[first]!.repeatedKey!,
          },
  };
}

function keyOf(name: string): string | null {
  if (/^__[^/]*__$/.test(name)) return null;
  const last = basename(name);
  const dot = last.indexOf(".");
  return dot <= 0 ? null : name.slice(0, name.length - last.length + dot);
}
