import type { LengthsDelivered } from "../benchmarks/serving/lengths-delivered.ts";
import type { ServingSummary } from "../benchmarks/serving/summary-shape.ts";
import { formatNumber } from "../core/units.ts";

/** Token counts side by side, and lengths as they were asked and as they came. */
export function tokenLines(tokens: ServingSummary["tokens"]): string[] {
  const sources = Object.entries(tokens.source).map(([name, n]) => `${name} ${formatNumber(n)}`);
  if (sources.length === 0) return [];
  const asked = `${formatNumber(tokens.output)} of ${formatNumber(tokens.outputAsked)} asked`;
  return [
    `Output tokens ${asked}, counted by ${sources.join(", ")}`,
    `  counts    ${countsText(tokens)}`,
    ...channelLines(tokens),
    ...lengthLines("answers", "asked", tokens.outputDelivered),
    `  ended by  ${reasonsText(tokens)}`,
    ...lengthLines("prompts", `planned (${tokens.promptLengths})`, tokens.promptDelivered),
  ];
}

function countsText({ outputByUsage, outputByTokenizer, ...tokens }: ServingSummary["tokens"]): string {
  const parts = [
    outputByUsage === null ? null : `usage ${formatNumber(outputByUsage)}`,
    outputByTokenizer === null ? null : `tokenizer ${formatNumber(outputByTokenizer)}`,
    tokens.streamed === 0
      ? null
      : `${formatNumber(tokens.outputEvents)} events in ${formatNumber(tokens.outputChunks)} chunks`,
  ];
  return parts.filter((part) => part !== null).join(" · ") || "none";
}

/** Only where there is more than answers. */
function channelLines({ channels, reasoningByUsage }: ServingSummary["tokens"]): string[] {
  const { answer, reasoning, tool } = channels;
  if (reasoning === 0 && tool === 0 && !reasoningByUsage) return [];
  const usage = reasoningByUsage ? ` (usage ${formatNumber(reasoningByUsage)} tokens)` : "";
  const parts = [
    `answer ${formatNumber(answer)}`,
    `reasoning ${formatNumber(reasoning)}${usage}`,
    ...(tool === 0 ? [] : [`tool calls ${formatNumber(tool)}`]),
  ];
  return [`  channels  ${parts.join(" · ")} events`];
}

/** @param asked what the lengths are held against */
function lengthLines(name: string, asked: string, lengths: LengthsDelivered | null): string[] {
  if (lengths === null) return [];
  const { n, short, difference } = lengths;
  const label = `  ${name.padEnd(9)} `;
  if (difference.min === 0 && difference.max === 0) return [`${label}all as long as ${asked}`];
  const quantiles = (["p5", "p50", "p95"] as const)
    .map((quantile) => `${quantile} ${signed(difference[quantile])}`)
    .join(", ");
  return [
    `${label}${formatNumber(short)} of ${formatNumber(n)} shorter than ${asked}; difference ${quantiles}`,
  ];
}

function signed(tokens: number): string {
  return `${tokens > 0 ? "+" : ""}${formatNumber(tokens)}`;
}

function reasonsText({ finishReasons }: ServingSummary["tokens"]): string {
  return Object.entries(finishReasons)
    .map(([reason, n]) => `${reason} ${formatNumber(n)}`)
    .join(", ");
}
