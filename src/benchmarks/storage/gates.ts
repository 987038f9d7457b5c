import {
  exactFigure,
  type Gate,
  type GateFigure,
  type GateResult,
  type GateUnit,
  judgeEach,
  parseGateOf,
  statisticOf,
} from "../../analysis/gate.ts";
import { nearest } from "../../core/nearest.ts";
import type { StorageSummary } from "./summary-shape.ts";

type Figures = Omit<StorageSummary, "gates">;

/** Figures that are one number. */
const FIGURES: Readonly<Record<string, { unit: GateUnit; of: (summary: Figures) => number | null }>> = {
  au: { unit: "share", of: ({ compute }) => compute.au },
  "sample-throughput": { unit: "number", of: ({ throughput }) => throughput?.samplesPerS ?? null },
  "byte-throughput": { unit: "bytes/s", of: ({ throughput }) => throughput?.bytesPerS ?? null },
  accelerators: { unit: "number", of: ({ accelerators }) => accelerators?.found ?? null },
};

/** Times, by the names that gates give them. */
const METRICS: Readonly<Record<string, keyof StorageSummary["metrics"]>> = {
  "microbatch-load": "microbatchLoadMs",
  "microbatch-copy": "microbatchCopyMs",
  "microbatch-wait": "microbatchWaitMs",
  "step-load": "stepLoadMs",
  step: "stepMs",
  "first-byte": "firstByteMs",
};

/** `au>=90%`, `byte-throughput>=2GB`, `step-load.p99<50ms`. @throws ToolError USAGE naming what is wrong */
export function parseStorageGate(text: string): Gate {
  return parseGateOf(text, {
    metric: (name) => (Object.hasOwn(METRICS, name) ? { id: name, unit: "ms" } : undefined),
    figures: Object.fromEntries(Object.entries(FIGURES).map(([name, { unit }]) => [name, unit])),
    known(name) {
      const known = [...Object.keys(FIGURES), ...Object.keys(METRICS)];
      const close = nearest(name, known);
      return close === undefined ? `Known: ${known.join(", ")}.` : `Did you mean ${close}?`;
    },
    example: "Examples: --gate 'au>=90%' --gate 'byte-throughput>=2GB' --gate 'step-load.p99<50ms'",
  });
}

/** Each gate over the counted steps, of all ranks. */
export function judgeStorageGates(gates: readonly Gate[], summary: Figures): GateResult[] {
  return judgeEach(gates, ({ figure, statistic }): GateFigure | null => {
    if (statistic === null) return exactFigure(FIGURES[figure]!.of(summary));
    const metric = summary.metrics[METRICS[figure]!];
    return metric === null ? null : statisticOf(metric, statistic);
  });
}
