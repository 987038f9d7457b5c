import { dateOf, gpusOf, joined, machineOf, versionOf as versionText } from "../run-facts.ts";
import type { Fact } from "../spec.ts";
import { plain } from "../ticks.ts";
import type { SavedMetadata } from "./saved-files.ts";

type Plan = NonNullable<SavedMetadata["plan"]>;

/** Where, when and with what one run was measured, a row each. The host's own name is left out: pictures are shown around. */
export function runFacts(name: string, metadata: SavedMetadata | null): Fact[] {
  const { plan = null, environment = null } = metadata ?? {};
  const rows = [
    { name: "Run", value: joined([name, dateOf(metadata), versionOf(metadata), seedOf(plan)]) },
    { name: "Server", value: serverOf(plan) },
    { name: "Load", value: loadOf(plan) },
    { name: "Machine", value: machineOf(environment) },
    { name: "GPU", value: gpusOf(environment) },
  ];
  return rows.filter(({ value }) => value !== "");
}

/** Rows of runs that a figure has room for. */
const MOST_RUNS = 8;

/** Several runs: a row each, and below what they have in common. */
export function comparisonFacts(runs: readonly { name: string; metadata: SavedMetadata | null }[]): Fact[] {
  const columns = [
    { name: "Server", of: (metadata: SavedMetadata | null) => serverOf(metadata?.plan ?? null) },
    { name: "Machine", of: (metadata: SavedMetadata | null) => machineOf(metadata?.environment ?? null) },
    { name: "GPU", of: (metadata: SavedMetadata | null) => gpusOf(metadata?.environment ?? null) },
    { name: "Version", of: versionOf },
  ];
  const isCommon = ({ of }: (typeof columns)[number]) =>
    new Set(runs.map(({ metadata }) => of(metadata))).size === 1;
  const own = columns.filter((column) => !isCommon(column));
  const rows = runs.slice(0, MOST_RUNS).map(({ name, metadata }) => ({
    name,
    value: joined([dateOf(metadata), loadOf(metadata?.plan ?? null), ...own.map(({ of }) => of(metadata))]),
  }));
  if (runs.length > MOST_RUNS) rows.push({ name: "…", value: `and ${runs.length - MOST_RUNS} more runs` });
  const common = columns.filter(isCommon).map(({ name, of }) => ({ name, value: of(runs[0]!.metadata) }));
  return [...rows, ...common.filter(({ value }) => value !== "")];
}

/** Whether another tool measured it. */
export function isForeign(metadata: SavedMetadata | null): boolean {
  const tool = metadata?.tool ?? null;
  return tool !== null && tool !== "inferbench";
}

function versionOf(metadata: SavedMetadata | null): string {
  return isForeign(metadata) ? `measured by ${metadata!.tool}` : versionText(metadata);
}

function seedOf(plan: Plan | null): string {
  return plan === null || plan.seed === null ? "" : `seed ${plan.seed}`;
}

function serverOf(plan: Plan | null): string {
  // A query may hold a key.
  const endpoint = plan?.endpoint ? plan.endpoint.replace(/\?.*$/, "") : null;
  return joined([endpoint, plan?.backend ?? null, plan?.request?.model ?? null]);
}

function loadOf(plan: Plan | null): string {
  const load = plan?.load;
  if (!load) return "";
  if (load.kind === "closed") return `closed loop, ${load.concurrency} users`;
  const { arrival, concurrency } = load;
  const rate = arrival?.ratePerS;
  const rateText = rate === null || rate === undefined ? [] : [`${plain(rate)} req/s`];
  const cap = concurrency === null ? [] : [`at most ${concurrency} in flight`];
  return ["open loop", ...(arrival?.kind ? [arrival.kind] : []), ...rateText, ...cap].join(", ");
}
