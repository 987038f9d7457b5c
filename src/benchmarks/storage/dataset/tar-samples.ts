import { basename } from "node:path";
import type { Placed } from "./dataset.ts";
import type { TarMember } from "./tar-index.ts";

/**
 * The samples of a shard as WebDataset groups them: members that stand together and share the name up to the first dot of its last part
 * are one sample, read in one piece. Members without an extension, and `__…__` beside the folders, are no samples;
 * unlike there they end one, since its piece would have them in it.
 * Source: webdataset 0.2, tariterators.py: base_plus_ext, tar_file_expander and group_by_keys
 */
export function tarSamples(members: readonly TarMember[], file: number): Placed[] {
  const samples: Placed[] = [];
  let lastKey: string | null = null;
  for (const { name, offset, bytes } of members) {
    const key = keyOf(name);
    const last = samples.at(-1);
    if (key !== null && key === lastKey && last !== undefined) last.bytes = offset + bytes - last.offset;
    else if (key !== null) samples.push({ file, offset, bytes });
    lastKey = key;
  }
  return samples.filter((sample) => sample.bytes > 0);
}

function keyOf(name: string): string | null {
  if (/^__[^/]*__$/.test(name)) return null;
  const last = basename(name);
  const dot = last.indexOf(".");
  return dot <= 0 ? null : name.slice(0, name.length - last.length + dot);
}
