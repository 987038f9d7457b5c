import { figuresOf, tools } from "../benchmarks/serving/definitions.ts";
import { readRecords } from "../benchmarks/serving/record-file.ts";
import { ExitCode, usageError } from "../core/errors.ts";
import { definitionsText } from "../report/definitions-text.ts";
import { figureFormats } from "../report/figures/serving/names.ts";
import { themeNames } from "../report/figures/theme-names.ts";
import { strictJson } from "../results/strict-json.ts";
import { command } from "./command.ts";
import { optional, withDefault } from "./flags/flag.ts";
import * as kind from "./flags/kinds.ts";
import type { Source } from "./flags/resolve.ts";
import { printResult } from "./output.ts";
import { formats, formatted } from "./report/formats.ts";
import { recordFilesIn, sayCutOff } from "./report/record-files.ts";
import { defaultOutdir } from "./serving/default-outdir.ts";

export const reportCommand = command({
  name: "report",
  description: "saved runs as pictures, in other formats, and as other tools would have measured them",
  examples: [
    "report results/run1 --definitions vllm",
    "report results/run1 --figures png",
    "report results/run1 results/run2 --format csv",
    "report results/rate1 results/rate2 results/rate4 --figures svg --theme print --outdir results/curve",
  ],
  operand: "DIR…",
  flags: {
    definitions: optional(kind.choice(tools), "show the run as this tool would have measured it", {
      group: "Output",
    }),
    figures: optional(
      kind.choice(figureFormats),
      "draw the run's figures into its directory, from its records; several directories: their runs together",
      { group: "Output" },
    ),
    theme: withDefault(
      kind.choice(themeNames),
      "light",
      "how figures look; print: black and white, one A4 page each",
      { group: "Output" },
    ),
    outdir: optional(
      kind.text("DIR"),
      "where figures go (default the run's directory; for several runs ./results/report-<time>)",
      { group: "Output" },
    ),
    format: optional(kind.choice(formats), "print the summaries of finished runs in this format", {
      group: "Output",
    }),
    json: withDefault(kind.toggle(), "false", "print JSON (of --definitions, or the figures' files)", {
      group: "Output",
    }),
  },
  async run({ values, sources }, directories) {
    if (directories.length === 0)
      throw usageError(
        "report takes a run directory, or several",
        "It is what serving was given as --outdir.",
      );
    const { definitions, figures, format, theme, outdir } = values;
    const asked = (["definitions", "format", "figures"] as const).filter((key) => values[key] !== undefined);
    // The environment says how serving draws; what is asked for here comes first.
    const chosen = asked.length > 1 ? asked.filter((key) => sources.get(key) !== "env") : asked;
    if (chosen.length !== 1 || (chosen[0] === "figures" && figures === "none"))
      throw usageError(
        `report needs one of --figures png or svg, --format ${formats.join(", ")}, or --definitions ${tools.join(", ")}`,
      );
    refuseIdle(chosen[0]!, sources);
    if (chosen[0] === "definitions") printResult(asMeasuredBy(definitions!, directories, values.json));
    else if (chosen[0] === "format") printResult(formatted(format!, directories));
    else {
      const { reportFigures } = await import("./report/figures.ts");
      const target = outdir ?? (directories.length === 1 ? directories[0]! : defaultOutdir("report"));
      const look = { format: figures as "png" | "svg", theme };
      const files = await reportFigures(directories, look, target);
      printResult(values.json ? strictJson({ files }) : files.join("\n"));
    }
    return ExitCode.ok;
  },
});

/** @throws ToolError USAGE for a flag that the others leave nothing to do */
function refuseIdle(
  chosen: "definitions" | "format" | "figures",
  sources: ReadonlyMap<string, Source>,
): void {
  const idle = chosen === "figures" ? [] : ["theme", "outdir", ...(chosen === "format" ? ["json"] : [])];
  const given = idle.find((flag) => sources.get(flag) === "flag");
  if (given !== undefined) throw usageError(`--${given} has nothing to do with --${chosen}`);
}

function asMeasuredBy(tool: (typeof tools)[number], directories: readonly string[], json: boolean): string {
  const [directory, ...more] = directories;
  if (more.length > 0) throw usageError("--definitions takes one run directory");
  const records = recordFilesIn(directory!).flatMap((path) => {
    const file = readRecords(path);
    if (file.isCutOff) sayCutOff(path);
    return file.records;
  });
  records.sort((a, b) => a.intendedAt - b.intendedAt || a.index - b.index);
  if (!json) return definitionsText(tool, records);
  return strictJson({ tool, unit: "ms", ...figuresOf(tool, records) });
}
