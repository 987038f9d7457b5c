import { figuresOf, tools } from "../benchmarks/serving/definitions.ts";
import { readRecords } from "../benchmarks/serving/record-file.ts";
import { ExitCode, usageError } from "../core/errors.ts";
import { definitionsText } from "../report/definitions-text.ts";
import { themeNames } from "../report/figures/theme-names.ts";
import { strictJson } from "../results/strict-json.ts";
import { command } from "./command.ts";
import { optional, withDefault } from "./flags/flag.ts";
import * as kind from "./flags/kinds.ts";
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
      kind.choice(["png", "svg"]),
      "draw the run's figures into its directory, from its records; several directories: their runs together",
      { group: "Output" },
    ),
    theme: optional(kind.choice(themeNames), "how figures look (default light); print: black and white, A4", {
      group: "Output",
    }),
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
  async run({ values }, directories) {
    const { definitions, figures, format, theme = "light" } = values;
    if (directories.length === 0)
      throw usageError(
        "report takes a run directory, or several",
        "It is what serving was given as --outdir.",
      );
    if ([definitions, figures, format].filter((asked) => asked !== undefined).length !== 1)
      throw usageError(
        `report needs one of --figures png or svg, --format ${formats.join(", ")}, or --definitions ${tools.join(", ")}`,
      );
    if (figures === undefined && (values.theme !== undefined || values.outdir !== undefined))
      throw usageError("--theme and --outdir are about figures, which are drawn with --figures");
    if (format !== undefined && values.json) throw usageError("--json is what --format json prints");
    if (definitions !== undefined) printResult(asMeasuredBy(definitions, directories, values.json));
    if (format !== undefined) printResult(formatted(format, directories));
    if (figures === undefined) return ExitCode.ok;
    const { reportFigures } = await import("./report/figures.ts");
    const outdir = values.outdir ?? (directories.length === 1 ? directories[0]! : defaultOutdir("report"));
    const files = await reportFigures(directories, { format: figures, theme }, outdir);
    printResult(values.json ? strictJson({ files }) : files.join("\n"));
    return ExitCode.ok;
  },
});

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
