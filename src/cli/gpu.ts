import { usageError } from "../core/errors.ts";
import { command } from "./command.ts";
import { optional, withDefault } from "./flags/flag.ts";
import * as kind from "./flags/kinds.ts";
import { addressKind } from "./gpu/metrics-server.ts";
import { recordGpus } from "./gpu/record.ts";
import { showOnce } from "./gpu/show-once.ts";

const what = { group: "GPUs" };
const record = { group: "Record" };
const output = { group: "Output" };

const flags = {
  gpu: optional(
    kind.text("0,2|UUID"),
    "by number, UUID or its beginning, or part (0:2, MIG-…); default CUDA_VISIBLE_DEVICES, else all",
    what,
  ),
  watch: withDefault(
    kind.toggle(),
    "false",
    "a live view; without a terminal, a line a GPU each second",
    record,
  ),
  duration: optional(kind.duration("s"), "sample for so long; else until Ctrl-C", record),
  gpuInterval: withDefault(kind.duration("ms", { min: 10 }), "100ms", "sampling period", record),
  out: optional(kind.text("FILE"), "write each reading into this CSV file, as it comes", record),
  overwrite: withDefault(kind.toggle(), "false", "replace a file that is there", record),
  listen: optional(
    addressKind,
    "serve the latest figures to Prometheus at http://ADDRESS/metrics; a port alone means 127.0.0.1",
    record,
  ),
  json: withDefault(kind.toggle(), "false", "JSON on stdout, with every figure, instead of text", output),
};

/** `inferbench gpu`. */
export const gpuCommand = command({
  name: "gpu",
  description: "show, watch and record the machine's GPUs",
  examples: [
    "gpu",
    "gpu --watch --gpu 0,1",
    "gpu --duration 60s --gpu-interval 10ms --out gpu.csv",
    "gpu --listen 127.0.0.1:9400",
  ],
  flags,
  async run({ values }) {
    const { watch, duration, out, listen, json, overwrite } = values;
    if (watch && json)
      throw usageError("--watch shows text, --json none", "For JSON give --duration without --watch.");
    if (overwrite && out === undefined) throw usageError("--overwrite has no effect without --out");
    const isRecording = watch || duration !== undefined || out !== undefined || listen !== undefined;
    if (!isRecording) return showOnce(values);
    return recordGpus(values);
  },
});
