import { tools } from "../../benchmarks/serving/definitions.ts";
import { usageError } from "../../core/errors.ts";
import type { FigureLook } from "../figures.ts";
import type { FlagValues } from "../flags/flag.ts";
import type { Source } from "../flags/resolve.ts";
import type { reportFlags } from "./flags.ts";
import { formats } from "./formats.ts";

export type ReportValues = FlagValues<typeof reportFlags>;

/** What `report` is asked for. `outdir` null: the run's own directory. */
export type Wish =
  | { kind: "definitions"; tool: (typeof tools)[number]; json: boolean }
  | { kind: "format"; format: (typeof formats)[number]; usdPerHour: number | null }
  | { kind: "figures"; look: FigureLook; outdir: string | null; json: boolean; usdPerHour: number | null }
  /** The page, and the figures where `look` says how; `isAll`: everything else that can be made again, too. */
  | {
      kind: "page";
      look: FigureLook | null;
      isAll: boolean;
      outdir: string | null;
      json: boolean;
      usdPerHour: number | null;
    };

/** @throws ToolError USAGE where too much is asked for, or a flag has nothing to do */
export function wishOf(values: ReportValues, sources: ReadonlyMap<string, Source>): Wish {
  const { definitions, format, json, instancePricePerHour: usdPerHour = null } = values;
  const asked = (["definitions", "format", "figures"] as const).filter((key) => values[key] !== undefined);
  // The environment says how serving draws; what is asked for here comes first.
  const chosen = asked.length > 1 ? asked.filter((key) => sources.get(key) !== "env") : asked;
  if (chosen.length > 1) throw usageError(`--${chosen[0]} and --${chosen[1]} are two different wishes`);
  refuseIdle(chosen[0] ?? "figures", sources);
  const hasCost = chosen[0] === undefined || chosen[0] === "figures" || isCosted(format ?? "json");
  if (sources.get("instancePricePerHour") === "flag" && !hasCost)
    throw usageError(
      "--instance-price-per-hour has nothing to do here",
      "It is for figures and for --format md and csv.",
    );
  if (chosen[0] === "definitions") return { kind: "definitions", tool: definitions!, json };
  if (chosen[0] === "format") return { kind: "format", format: format!, usdPerHour };
  return drawingOf(values, sources);
}

function isCosted(format: (typeof formats)[number]): boolean {
  return format === "md" || format === "csv";
}

/** Figures and page: those that the command line names, or both. */
function drawingOf(values: ReportValues, sources: ReadonlyMap<string, Source>): Wish {
  const { figures, html, theme, json, outdir = null, instancePricePerHour: usdPerHour = null } = values;
  const isNamed = (key: "figures" | "html") =>
    sources.get(key) === "flag" && values[key] !== false && values[key] !== "none";
  const isAll = !isNamed("figures") && !isNamed("html");
  const format = isAll ? (figures ?? "png") : isNamed("figures") ? figures! : "none";
  const look = format === "none" ? null : { format, theme };
  if (look === null && sources.get("theme") === "flag")
    throw usageError(
      "--theme is how figures look, and none are drawn",
      "Add --figures png, or --figures svg.",
    );
  if (isAll ? html !== false : isNamed("html"))
    return { kind: "page", look, isAll, outdir, json, usdPerHour };
  if (look === null)
    throw usageError(
      "there is nothing to do: neither figures nor the page are wanted",
      `report takes --figures png or svg, --html, --format ${formats.join(", ")}, or --definitions ${tools.join(", ")}; with none of them it makes the figures and the page.`,
    );
  return { kind: "figures", look, outdir, json, usdPerHour };
}

/** @throws ToolError USAGE for a flag that the others leave nothing to do */
function refuseIdle(
  chosen: "definitions" | "format" | "figures",
  sources: ReadonlyMap<string, Source>,
): void {
  const idle =
    chosen === "figures" ? [] : ["theme", "outdir", "html", ...(chosen === "format" ? ["json"] : [])];
  const given = idle.find((flag) => sources.get(flag) === "flag");
  if (given !== undefined) throw usageError(`--${given} has nothing to do with --${chosen}`);
}
