/**
 * Every figure that is sampled: its key, its column in gpu_memory.csv, and its name in nvidia-smi's queries, null where that
 * has none that all drivers know. The order is that of the file, whose first columns are seed 003's.
 */
export const figureTable = [
  { key: "memoryUsedMib", csv: "memory_used_mib", smi: "memory.used" },
  { key: "memoryTotalMib", csv: "memory_total_mib", smi: "memory.total" },
  { key: "utilizationPercent", csv: "utilization_percent", smi: "utilization.gpu" },
  { key: "powerW", csv: "power_w", smi: "power.draw" },
  { key: "energyJ", csv: "energy_j", smi: null },
  { key: "temperatureC", csv: "temperature_c", smi: "temperature.gpu" },
  { key: "memoryTemperatureC", csv: "memory_temperature_c", smi: null },
  { key: "smClockMhz", csv: "sm_clock_mhz", smi: "clocks.sm" },
  { key: "memoryClockMhz", csv: "memory_clock_mhz", smi: "clocks.mem" },
  { key: "pcieTxKbPerS", csv: "pcie_tx_kb_per_s", smi: null },
  { key: "pcieRxKbPerS", csv: "pcie_rx_kb_per_s", smi: null },
  { key: "clockEvents", csv: "throttle_reasons", smi: null },
  { key: "memoryUtilizationPercent", csv: "memory_utilization_percent", smi: "utilization.memory" },
  { key: "powerInstantW", csv: "power_instant_w", smi: null },
] as const;

export type FigureKey = (typeof figureTable)[number]["key"];

/** The figures' keys, in order. */
export const figureKeys: readonly FigureKey[] = figureTable.map(({ key }) => key);

/** Where a figure stands among the others. */
export function figureIndex(key: FigureKey): number {
  return figureKeys.indexOf(key);
}
