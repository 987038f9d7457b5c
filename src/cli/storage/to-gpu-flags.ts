import { withDefault } from "../flags/flag.ts";
import * as kind from "../flags/kinds.ts";

/** Flags for where the samples go. */
export const toGpuFlags = {
  toGpu: withDefault(
    kind.toggle(),
    "false",
    "copy each microbatch to a GPU through pinned memory: loaded is what is there; of those that --gpu names or CUDA shows, the one of the local rank. Exit 4 without CUDA; with --verify read back and compared",
    { group: "Access" },
  ),
};
