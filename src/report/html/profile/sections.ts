import type { Bounded } from "../../../analysis/bounded.ts";
import { type TrialShare, trialShare } from "../../../benchmarks/profile/capacity/trial.ts";
import { failuresOf, isPastSaturation } from "../../../benchmarks/profile/judge.ts";
import { loadLabel } from "../../../benchmarks/profile/level.ts";
import type { LevelLatency } from "../../../benchmarks/profile/level-figures.ts";
import type { LevelResult, Profile } from "../../../benchmarks/profile/profile-shape.ts";
import { formatNumber } from "../../../core/units.ts";
import { CAPACITY_HEADS, capacityRows } from "../../capacities.ts";
import { groupedReasons } from "../../client-reasons.ts";
import { DIFFERENCE_NOTE } from "../../differences.ts";
import { levelsText } from "../../levels-text.ts";
import { bound, boundedText, counted, measured, percent } from "../../numbers.ts";
import { byLoad } from "../../profile-order.ts";
import { capacityAsked, capacityText, MARKS, unfinished } from "../../profile-text.ts";
import { type Html, html } from "../html.ts";
import { intervalSmall } from "../metric-cells.ts";
import type { Section } from "../page.ts";
import { defined } from "../serving/definitions.ts";
import { fitnessVerdict, type Verdict, verdictRows } from "../verdict-rows.ts";

/** What a profile's page begins with: the verdict with the capacity, and the table of its levels. @param name tells one of several */
export function profileSections(profile: Profile, name: string | null): Section[] {
  const of = name === null ? "" : ` of ${name}`;
  const id = name === null ? "" : `-${idOf(name)}`;
  return [
    { id: `profile${id}`, title: `Profile${of}`, body: html`${verdict(profile)}${capacity(profile)}` },
    { id: `levels${id}`, title: `Levels${of}`, body: levelsTable(profile) },
  ];
}

/** Capacities of several profiles side by side; none where none was searched for. */
export function capacitySections(profiles: readonly Profile[]): Section[] {
  const rows = capacityRows(profiles);
  if (rows.length === 0) return [];
  const body = html`<div class="scroll" tabindex="0" role="region" aria-label="Capacities"><table class="numbers"><thead><tr>${CAPACITY_HEADS.map((head) => html`<th scope="col">${head}</th>`)}</tr></thead><tbody>${rows.map(([name = "", ...cells]) => html`<tr><th scope="row">${name}</th>${cells.map((cell) => html`<td>${cell}</td>`)}</tr>`)}</tbody></table></div>
<p class="muted note">${DIFFERENCE_NOTE}</p>`;
  return [{ id: "capacities", title: "Capacities", body }];
}

/** Two names never give one id: what an id cannot hold stands in it by its code. */
function idOf(name: string): string {
  return name.replace(/[^A-Za-z0-9-]/gu, (sign) => `_${sign.codePointAt(0)!.toString(16)}_`);
}

/** Capacity and doubts in a few words; what there are many of is folded. */
function verdict(profile: Profile): Html {
  const { levels, capacity } = profile;
  const status = unfinished(profile);
  const beyond = levels.filter(isPastSaturation);
  const trials = levels.filter(({ role }) => role === "capacity").length;
  const failed = levels.flatMap((level) => (failuresOf(level).includes("failed") ? [level.name] : []));
  const of = [
    ...(trials === 0 ? [] : [`${formatNumber(trials)} of them trials of the capacity search`]),
    ...(beyond.length === 0 ? [] : [`${formatNumber(beyond.length)} beyond saturation`]),
    ...(failed.length === 0 ? [] : [`failed: ${levelsText(failed)}`]),
  ];
  return verdictRows([
    ...(capacity === null ? [] : [capacityVerdict(capacity, profile.slos)]),
    {
      level: status === null && failed.length === 0 ? "good" : "warn",
      name: "Profile",
      word: status ?? "complete",
      details: html`${counted(levels.length, "level")}${of.length === 0 ? "" : `, ${of.join(", ")}`}${status === null ? "" : ": shown are its levels until then"}${profile.run.failure === null ? "" : html`<ul><li>${profile.run.failure}</li></ul>`}`,
    },
    clientVerdict(profile.validity),
  ]);
}

function capacityVerdict(capacity: NonNullable<Profile["capacity"]>, slos: Profile["slos"]): Verdict {
  const { ratePerS, reason, share } = capacity;
  const asked = capacityAsked(share, slos);
  if (ratePerS === null)
    return {
      level: "bad",
      name: "Capacity",
      word: capacityText(capacity),
      details: html`${asked}${reason === null ? "" : `: ${reason}`}`,
    };
  return {
    level: reason === null ? "good" : "warn",
    name: "Capacity",
    word: capacityText(capacity),
    details: html`for ${asked}${reason === null ? "" : `; ${reason}`}`,
  };
}

function clientVerdict({ verdict: word, reasons }: Profile["validity"]): Verdict {
  if (word === "fit") return fitnessVerdict("Client", { verdict: word, reasons: [] });
  const groups = groupedReasons(reasons);
  const details = html`<details><summary>${counted(groups.length, "reason")}</summary><ul>${groups.map((reason) => html`<li>${reason}</li>`)}</ul></details>`;
  return { level: word === "unfit" ? "bad" : "warn", name: "Client", word, details };
}

function capacity({ capacity: found }: Profile): Html | null {
  if (found === null || found.at === null) return null;
  const { trials, at } = found;
  const facts: [string, string][] = [
    ["Measured by", `${counted(trials.length, "trial")}; what a request takes by ${at.levels.join(", ")}`],
    ["Output", `${boundedText(at.outputTokensPerS)} tok/s`],
    ["Tokens a request", boundedText(at.outputTokensPerRequest)],
    ["Per GPU", textOf(at.outputTokensPerSPerGpu, "tok/s")],
    ["Cost", textOf(at.usdPerMOutputTokens, "US dollars per million output tokens")],
    ["", textOf(at.usdPerMTotalTokens, "US dollars per million tokens, prompts included")],
    ["Energy", textOf(at.joulesPerOutputToken, "J per output token")],
  ];
  return html`<h3 class="after">At the capacity</h3><table class="wrapped"><tbody>${facts.map(([what, text]) => html`<tr><th scope="row">${what}</th><td class="text">${text}</td></tr>`)}</tbody></table>`;
}

function textOf(bounded: Bounded | null, unit: string): string {
  return bounded === null ? "not measured" : `${boundedText(bounded)} ${unit}`;
}

const HEADS = [
  "sent, /s",
  "req/s",
  "n",
  "failed",
  "tok/s",
  "TTFT p50",
  "TTFT p99",
  "TPOT p50",
  "TPOT p99",
  "E2EL p99",
];

/** In the order of load; trials of the search crowd around one rate, and are folded. */
function levelsTable({ levels }: Profile): Html {
  const columns = {
    trial: levels.some(({ trial }) => trial !== null && trialShare(trial) !== null),
    goodput: levels.some(({ figures }) => figures?.goodput),
  };
  const { swept, trials } = byLoad(levels);
  const met = new Set(levels.flatMap(({ marks }) => marks));
  const key = Object.entries(MARKS).filter(([mark]) => met.has(mark as keyof typeof MARKS));
  const good = columns.trial
    ? " good: the share that the capacity is computed from, of the requests due after a level's first quarter, none where they piled up; goodput: of all that were due in the window."
    : "";
  return html`${tableOf("Levels", swept, columns)}
${trials.length === 0 ? null : html`<details><summary>${counted(trials.length, "trial")} of the capacity search</summary>${tableOf("Trials of the capacity search", trials, columns)}</details>`}
<p class="muted note">Latencies in ms, over the steady window where there is one; asked and sent are of open loops, req/s are requests that succeeded.${good} [low to high]: ${defined("95 % interval", "term-interval")}. ${defined("*", "term-small")}: n is too small to trust this quantile. ≥: a lower bound.${key.length === 0 ? "" : ` Marks: ${key.map(([mark, [, meaning]]) => `${mark}, ${meaning}`).join("; ")}.`}</p>`;
}

interface Columns {
  trial: boolean;
  goodput: boolean;
}

function tableOf(label: string, levels: readonly LevelResult[], columns: Columns): Html {
  return html`<div class="scroll" tabindex="0" role="region" aria-label="${label}"><table class="numbers"><thead><tr><th scope="col">asked</th>${HEADS.map((head) => html`<th scope="col">${head}</th>`)}${columns.trial ? html`<th scope="col">good</th>` : null}${columns.goodput ? html`<th scope="col">${defined("goodput", "term-goodput")}</th>` : null}<th scope="col" class="text">marks</th></tr></thead><tbody>${levels.map((level) => levelRow(level, columns))}</tbody></table></div>`;
}

function levelRow({ load, figures: f, marks, trial }: LevelResult, columns: Columns): Html {
  const latency = (of: LevelLatency | null | undefined, q: "p50" | "p99"): Html | string => {
    if (!of) return "-";
    const { value, low, high, small, isLowerBound } = of[q];
    const interval = low === null && high === null ? null : intervalSmall(bound(low), bound(high));
    return html`${isLowerBound ? "≥" : ""}${measured(value)}${small && !isLowerBound ? "*" : ""}${interval}`;
  };
  const share = (of: Pick<TrialShare, "fraction" | "low" | "high"> | null) =>
    html`<td>${of === null ? "-" : html`${percent(of.fraction)}${intervalSmall(percent(of.low), percent(of.high))}`}</td>`;
  const cells = [
    measured(f?.sentPerS),
    measured(f?.requestThroughputPerS),
    f === null ? "-" : formatNumber(f.n),
    f === null ? "-" : formatNumber(f.requests.failed - f.requests.censored),
    measured(f?.outputTokensPerS),
    latency(f?.ttftMs, "p50"),
    latency(f?.ttftMs, "p99"),
    latency(f?.tpotMs, "p50"),
    latency(f?.tpotMs, "p99"),
    latency(f?.e2elMs, "p99"),
  ];
  return html`<tr><th scope="row">${loadLabel(load)}</th>${cells.map((cell) => html`<td>${cell}</td>`)}${columns.trial ? share(trial === null ? null : trialShare(trial)) : null}${columns.goodput ? share(f?.goodput ?? null) : null}<td class="text">${marks.join(", ")}</td></tr>`;
}
