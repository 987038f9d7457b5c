import * as v from "valibot";
import { maybe, number, text } from "../saved-file.ts";

/** The machine, as metadata.yaml has it under `environment`. */
export const Environment = v.object({
  host: maybe(v.object({ os: text, kernel: text })),
  cpu: maybe(v.object({ model: text, logicalCount: number })),
  memory: maybe(v.object({ totalBytes: number })),
  gpus: maybe(
    v.object({
      driverVersion: text,
      cudaVersion: text,
      devices: v.array(v.object({ name: v.string() })),
    }),
  ),
  cloud: maybe(v.object({ provider: v.string(), instanceType: v.string(), zone: text })),
});

export type SavedEnvironment = v.InferOutput<typeof Environment>;
