import type { Gate } from "../analysis/gate.ts";
import { parseGate } from "../benchmarks/serving/gates.ts";
import { parseSlos, type SloSet } from "../benchmarks/serving/slo.ts";
import type { SavedMetadata } from "./figures/serving/saved-files.ts";

/** What a run was asked to be judged by. */
export interface AskedVerdict {
  /** null: no service level. */
  slos: SloSet | null;
  gates: readonly Gate[];
}

/** The --slo and --gate of a run by its metadata.yaml: of a killed one, which has no summary. @throws ToolError USAGE for what is none */
export function askedVerdict(metadata: SavedMetadata | null): AskedVerdict {
  const { slo = null, gates = [] } = metadata?.plan ?? {};
  return { slos: slo === null ? null : parseSlos(slo), gates: gates.map(parseGate) };
}
