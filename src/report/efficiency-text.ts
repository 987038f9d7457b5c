import type { PartEnergy, WindowCost, WindowEnergy } from "../benchmarks/serving/efficiency/shape.ts";
import type { ServingSummary, WindowSummary } from "../benchmarks/serving/summary-shape.ts";
import { formatNumber, significant } from "../core/units.ts";
import { textTable } from "./text-table.ts";

const WIDTH = 80;
/** Parts in the order of the table, each with what it is called. */
export const PARTS = [
  ["gpus", "GPU energy"],
  ["cpuPackages", "CPU package energy"],
  ["platform", "Platform energy"],
  ["host", "Host energy"],
] as const satisfies readonly (readonly [keyof WindowEnergy, string])[];

/** How each part was measured, or why it was not. */
type MeasuredParts = Record<
  (typeof PARTS)[number][0],
  Pick<PartEnergy, "source" | "reason" | "idlePowerW" | "standardErrorJ"> | null
>;

/** Energy and cost of a run in 80 columns; no lines where neither was asked for. */
export function efficiencyLines({ whole, steady, energy, price }: ServingSummary): string[] {
  if (whole === null || (energy === null && price === null)) return [];
  const windows = steady === null ? [whole] : [whole, steady];
  const rows = [
    [titleOf(energy !== null, price !== null), "whole run", ...(steady === null ? [] : ["steady window"])],
    ...(energy === null ? [] : PARTS.flatMap(([part, name]) => energyRows(part, name, windows))),
    ...(price === null ? [] : costRows(windows, price.usdPerHour)),
  ];
  const body = rows.length === 1 ? [] : textTable(rows);
  return ["", ...body, ...noteLines(whole.energy, energy?.gridGramsPerKwh ?? null), ...priceLines(price)];
}

/** The heading of a table of what was asked for. */
export function titleOf(hasEnergy: boolean, hasPrice: boolean): string {
  if (!hasPrice) return "Energy";
  return hasEnergy ? "Energy and cost" : "Cost";
}

type Row = [name: string, ...cells: string[]];

function energyRows(part: keyof WindowEnergy, name: string, windows: readonly WindowSummary[]): Row[] {
  const parts = windows.map((window) => window.energy?.[part] ?? null);
  const row = (label: string, of: (part: PartEnergy) => number | null, show: (value: number) => string) => {
    const values = parts.map((one) => (one === null ? null : of(one)));
    const cells = values.map((value) => (value === null ? "-" : show(value)));
    return values.every((value) => value === null) ? [] : [[label, ...cells] as Row];
  };
  return [
    ...row(name, (one) => one.joules, joulesText),
    ...row("  net of idle", (one) => one.netJoules, joulesText),
    ...row(
      "  mean power",
      (one) => one.meanPowerW,
      (watts) => `${figure(watts)} W`,
    ),
    ...row("  per output token", (one) => one.joulesPerOutputToken, joulesText),
    ...row("  per output token, net", (one) => one.netJoulesPerOutputToken, joulesText),
    ...row("  per request", (one) => one.joulesPerRequest, joulesText),
    ...row(
      "  CO2",
      (one) => one.co2Grams,
      (grams) => `${figure(grams)} g`,
    ),
  ];
}

function costRows(windows: readonly WindowSummary[], usdPerHour: number): Row[] {
  const row = (label: string, of: (cost: WindowCost) => number | null): Row[] => {
    const values = windows.map(({ cost }) => (cost === null ? null : of(cost)));
    return values.every((value) => value === null) ? [] : [[label, ...values.map(usdText)]];
  };
  return [
    ...row(`Cost at ${usdText(usdPerHour)}/h`, (cost) => cost.usd),
    ...row("  per million output tokens", (cost) => cost.usdPerMOutputTokens),
    ...row("  per million tokens in and out", (cost) => cost.usdPerMTotalTokens),
    ...row("  per thousand requests", (cost) => cost.usdPer1kRequests),
    ...row("  per million output tokens at the SLO", (cost) => cost.usdPerMGoodOutputTokens),
  ];
}

/** What was not measured and why; how the rest was. */
export function noteLines(energy: MeasuredParts | null, gridGramsPerKwh: number | null): string[] {
  const notes = PARTS.flatMap(([part, name]) => {
    const one = energy?.[part];
    if (!one) return [];
    if (one.source === null) return [`${name}: not measured (${one.reason})`];
    const idle = one.idlePowerW === null ? "" : ` · idle ${figure(one.idlePowerW)} W`;
    const error = one.standardErrorJ === null ? "" : ` · standard error ${joulesText(one.standardErrorJ)}`;
    return [`${name}: by ${one.source}${idle}${error}`];
  });
  if (energy !== null && gridGramsPerKwh !== null) notes.push(`CO2: at ${figure(gridGramsPerKwh)} g/kWh`);
  return notes.flatMap(wrapped);
}

/** Which price, of when and from where; nothing of one that the user gave. */
export function priceLines(price: ServingSummary["price"]): string[] {
  if (price === null || price.name === null) return [];
  const where = price.region === null ? "" : ` in ${price.region}`;
  // The whole address is in summary.json.
  const source = URL.parse(price.source)?.hostname ?? price.source;
  return wrapped(`Price: ${price.name}${where}, read on ${price.date} (${source})`);
}

function wrapped(line: string): string[] {
  return Bun.wrapAnsi(line, WIDTH - 2)
    .split("\n")
    .map((part, i) => (i === 0 ? part : `  ${part}`));
}

/** Three significant digits, however small: a cost is never shown as 0. */
export function figure(value: number): string {
  return significant(value, 3);
}

export function joulesText(joules: number): string {
  const size = Math.abs(joules);
  if (size >= 999_500) return `${figure(joules / 1e6)} MJ`;
  return size >= 999.5 ? `${figure(joules / 1000)} kJ` : `${figure(joules)} J`;
}

export function usdText(usd: number | null): string {
  if (usd === null) return "-";
  return usd >= 0.995 ? `$${formatNumber(usd, 2)}` : `$${figure(usd)}`;
}
