import type { PartEnergy } from "../benchmarks/storage/efficiency.ts";
import type { StorageSummary } from "../benchmarks/storage/summary-shape.ts";
import { figure, joulesText, noteLines, PARTS, priceLines, titleOf, usdText } from "./efficiency-text.ts";
import { gpuLines } from "./gpu-lines.ts";
import { textTable } from "./text-table.ts";

/** GPUs, energy and cost of a storage run in 80 columns; no lines where none was asked for. */
export function storageEfficiencyLines(summary: StorageSummary): string[] {
  const { gpu, energy, cost, price } = summary;
  const gpus = gpu === null ? [] : ["", ...gpuLines(gpu)];
  if (energy === null && cost === null) return gpus;
  const rows = [
    ...(energy === null ? [] : PARTS.flatMap(([part, name]) => energyRows(name, energy[part]))),
    ...costRows(summary),
  ];
  const table =
    rows.length === 0 ? [] : textTable([[titleOf(energy !== null, cost !== null), "counted steps"], ...rows]);
  return [...gpus, "", ...table, ...noteLines(energy, energy?.gridGramsPerKwh ?? null), ...priceLines(price)];
}

type Row = [name: string, value: string];

function energyRows(name: string, part: PartEnergy | null): Row[] {
  if (part === null) return [];
  const row = (label: string, value: number | null, show: (value: number) => string): Row[] =>
    value === null ? [] : [[label, show(value)]];
  return [
    ...row(name, part.joules, joulesText),
    ...row("  net of idle", part.netJoules, joulesText),
    ...row("  mean power", part.meanPowerW, (watts) => `${figure(watts)} W`),
    ...row("  per sample", part.joulesPerSample, joulesText),
    ...row("  per sample, net", part.netJoulesPerSample, joulesText),
    ...row("  per token", part.joulesPerToken, joulesText),
    ...row("  CO2", part.co2Grams, (grams) => `${figure(grams)} g`),
  ];
}

function costRows({ cost, price }: StorageSummary): Row[] {
  if (cost === null || price === null) return [];
  const row = (label: string, usd: number | null): Row[] => (usd === null ? [] : [[label, usdText(usd)]]);
  return [
    ...row(`Cost at ${usdText(price.usdPerHour)}/h`, cost.usd),
    ...row("  per sample", cost.usdPerSample),
    ...row("  per million tokens", cost.usdPerMTokens),
  ];
}
