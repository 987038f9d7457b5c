import { tools } from "../../benchmarks/serving/definitions.ts";
import { usageError } from "../../core/errors.ts";
import type { FigureLook } from "../figures.ts";
import type { FlagValues } from "../flags/flag.ts";
import type { Source } from "../flags/resolve.ts";
import type { reportFlags } from "./flags.ts";
import { formats } from "./formats.ts";

export type ReportValues = FlagValues<typeof reportFlags>;

/** What `report` is asked for. */
export type Wish =
  | { kind: "definitions"; tool: (typeof tools)[number]; json: boolean }
  | { kind: "format"; format: (typeof formats)[number]; usdPerHour: number | null }
  /** outdir null: the run's own directory. */
  | { kind: "figures"; look: FigureLook; outdir: string | null; json: boolean; usdPerHour: number | null };

/** @throws ToolError USAGE where nothing or too much is asked for, or a flag has nothing to do */
export function wishOf(values: ReportValues, sources: ReadonlyMap<string, Source>): Wish {
  const {
    definitions,
    figures,
    format,
    theme,
    outdir,
    json,
    instancePricePerHour: usdPerHour = null,
  } = values;
  const asked = (["definitions", "format", "figures"] as const).filter((key) => values[key] !== undefined);
  // The environment says how serving draws; what is asked for here comes first.
  const chosen = asked.length > 1 ? asked.filter((key) => sources.get(key) !== "env") : asked;
  const [first] = chosen;
  if (chosen.length !== 1 || first === undefined || (first === "figures" && figures === "none"))
    throw usageError(
      `report needs one of --figures png or svg, --format ${formats.join(", ")}, or --definitions ${tools.join(", ")}`,
    );
  refuseIdle(first, sources);
  const hasCost = first === "figures" || format === "md" || format === "csv";
  if (sources.get("instancePricePerHour") === "flag" && !hasCost)
    throw usageError(
      "--instance-price-per-hour has nothing to do here",
      "It is for --figures and for --format md and csv.",
    );
  if (first === "definitions") return { kind: "definitions", tool: definitions!, json };
  if (first === "format") return { kind: "format", format: format!, usdPerHour };
  const look = { format: figures as FigureLook["format"], theme };
  return { kind: "figures", look, outdir: outdir ?? null, json, usdPerHour };
}

/** @throws ToolError USAGE for a flag that the others leave nothing to do */
function refuseIdle(chosen: Wish["kind"], sources: ReadonlyMap<string, Source>): void {
  const idle = chosen === "figures" ? [] : ["theme", "outdir", ...(chosen === "format" ? ["json"] : [])];
  const given = idle.find((flag) => sources.get(flag) === "flag");
  if (given !== undefined) throw usageError(`--${given} has nothing to do with --${chosen}`);
}
