import { loadLabel } from "../../../benchmarks/profile/level.ts";
import type { LevelLatency } from "../../../benchmarks/profile/level-figures.ts";
import type { LevelResult, Profile } from "../../../benchmarks/profile/profile-shape.ts";
import { formatNumber } from "../../../core/units.ts";
import { bound, measured, percent } from "../../numbers.ts";
import { capacityAsked, MARKS, unfinished } from "../../profile-text.ts";
import { type Html, html } from "../html.ts";
import type { Section } from "../page.ts";
import { defined } from "../serving/definitions.ts";

/** What a profile's page begins with: the verdict with the capacity, and the table of its levels. @param name tells one of several */
export function profileSections(profile: Profile, name: string | null): Section[] {
  const of = name === null ? "" : ` of ${name}`;
  const id = name === null ? "" : `-${idOf(name)}`;
  return [
    { id: `profile${id}`, title: `Profile${of}`, body: html`${verdict(profile)}${capacity(profile)}` },
    { id: `levels${id}`, title: `Levels${of}`, body: levelsTable(profile) },
  ];
}

/** Two names never give one id: what an id cannot hold stands in it by its code. */
function idOf(name: string): string {
  return name.replace(/[^A-Za-z0-9-]/gu, (sign) => `_${sign.codePointAt(0)!.toString(16)}_`);
}

function verdict(profile: Profile): Html {
  const { validity, levels } = profile;
  const status = unfinished(profile);
  const beyond = levels.filter(({ saturated }) => saturated).length;
  const doubts = [
    ...(status === null ? [] : [`The profile is ${status}: what follows are its levels until then.`]),
    ...(validity.verdict === "fit" ? [] : [`Client ${validity.verdict}: ${validity.reasons.join(", ")}`]),
  ];
  const caution = doubts.map((text) => html`<p class="banner caution">${text}</p>`);
  const fit = validity.verdict === "fit" ? "The client was fit to measure all of them. " : "";
  const saturated = beyond === 0 ? "" : `${beyond} ended early, beyond saturation.`;
  return html`${caution}<p>${formatNumber(levels.length)} levels. ${fit}${saturated}</p>`;
}

function capacity({ capacity: found, slos }: Profile): Html | null {
  if (found === null) return null;
  const { ratePerS, low, high, reason, share, trials, at } = found;
  const asked = capacityAsked(share, slos);
  if (ratePerS === null)
    return html`<p class="banner caution">Capacity not found (${asked})${reason === null ? "" : `: ${reason}`}.</p>`;
  const facts: [string, string][] = [
    [
      "Capacity",
      `${measured(ratePerS)} req/s [${bound(low)} to ${bound(high)}, 95 %], of ${trials.length} trials`,
    ],
    ["at which", asked],
    ...(reason === null ? [] : [["but", reason] as [string, string]]),
  ];
  if (at !== null) {
    facts.push(["Measured at", `${measured(at.ratePerS)} req/s (level ${at.level})`]);
    facts.push(["Output", `${measured(at.outputTokensPerS)} tok/s`]);
    const more: [string, number | null, string][] = [
      ["Per GPU", at.outputTokensPerSPerGpu, "tok/s"],
      ["Cost", at.usdPerMOutputTokens, "US dollars per million output tokens"],
      ["Energy", at.joulesPerOutputToken, "J per output token"],
    ];
    for (const [what, value, unit] of more)
      facts.push([what, value === null ? "not measured" : `${measured(value)} ${unit}`]);
  }
  return html`<div class="scroll"><table><tbody>${facts.map(([what, text]) => html`<tr><th scope="row">${what}</th><td class="text">${text}</td></tr>`)}</tbody></table></div>`;
}

const HEADS = ["sent, /s", "n", "tok/s", "TTFT p50", "TTFT p99", "TPOT p50", "TPOT p99", "E2EL p99"];

function levelsTable({ levels }: Profile): Html {
  const hasGoodput = levels.some(({ figures }) => figures?.goodput);
  const met = new Set(levels.flatMap(({ marks }) => marks));
  const key = Object.entries(MARKS).filter(([mark]) => met.has(mark as keyof typeof MARKS));
  return html`<div class="scroll" tabindex="0" role="region" aria-label="Levels"><table class="numbers"><thead><tr><th scope="col">level</th>${HEADS.map((head) => html`<th scope="col">${head}</th>`)}${hasGoodput ? html`<th scope="col">${defined("goodput", "term-goodput")}</th>` : null}<th scope="col" class="text">marks</th></tr></thead><tbody>${levels.map((level) => levelRow(level, hasGoodput))}</tbody></table></div>
<p class="muted note">Latencies in ms, over the steady window where there is one. [low to high]: ${defined("95 % interval", "term-interval")}. ${defined("*", "term-small")}: n is too small to trust this quantile. ≥: a lower bound.${key.length === 0 ? "" : ` Marks: ${key.map(([mark, [, meaning]]) => `${mark}, ${meaning}`).join("; ")}.`}</p>`;
}

function levelRow({ load, figures, marks }: LevelResult, hasGoodput: boolean): Html {
  const latency = (of: LevelLatency | null | undefined, q: "p50" | "p99"): Html | string => {
    if (!of) return "-";
    const { value, low, high, small, isLowerBound } = of[q];
    const interval =
      low === null && high === null ? null : html`<small>[${bound(low)} to ${bound(high)}]</small>`;
    return html`${isLowerBound ? "≥" : ""}${measured(value)}${small && !isLowerBound ? "*" : ""}${interval}`;
  };
  const f = figures;
  const cells = [
    measured(f?.sentPerS),
    f === null ? "-" : formatNumber(f.n),
    measured(f?.outputTokensPerS),
    latency(f?.ttftMs, "p50"),
    latency(f?.ttftMs, "p99"),
    latency(f?.tpotMs, "p50"),
    latency(f?.tpotMs, "p99"),
    latency(f?.e2elMs, "p99"),
  ];
  const goodput = f?.goodput ?? null;
  const good =
    goodput === null
      ? "-"
      : html`${percent(goodput.fraction)}<small>[${percent(goodput.low)} to ${percent(goodput.high)}]</small>`;
  return html`<tr><th scope="row">${loadLabel(load)}</th>${cells.map((cell) => html`<td>${cell}</td>`)}${hasGoodput ? html`<td>${good}</td>` : null}<td class="text">${marks.join(", ")}</td></tr>`;
}
