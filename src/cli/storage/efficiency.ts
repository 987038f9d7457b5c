import { usageError } from "../../core/errors.ts";
import { type Efficiency, efficiencyOf } from "../efficiency/efficiency.ts";
import type { StorageValues } from "./config.ts";

/** Energy and cost as asked for, of this one machine. @throws ToolError USAGE */
export function storageEfficiency(values: StorageValues, ranks: number): Efficiency {
  const efficiency = efficiencyOf(values);
  const { energy, price } = efficiency;
  if (values.tokensPerSample !== undefined && energy === null && price === null) {
    throw usageError(
      "--tokens-per-sample has neither energy nor cost to divide",
      "Measure energy with --gpu-monitor, or give a --price-per-hour.",
    );
  }
  if (ranks > 1 && (energy !== null || price !== null)) {
    throw usageError(
      `energy and cost are measured of one machine in one process, and there are ${ranks} ranks`,
      "Leave out --gpu-monitor, --host-watts and --price, or run a single process.",
    );
  }
  return efficiency;
}
