import { tools } from "../../benchmarks/serving/definitions.ts";
import { figureFormats } from "../../report/figures/serving/names.ts";
import { themeNames } from "../../report/figures/theme-names.ts";
import { optional, withDefault } from "../flags/flag.ts";
import * as kind from "../flags/kinds.ts";
import { formats } from "./formats.ts";

const group = "Output";

export const reportFlags = {
  definitions: optional(kind.choice(tools), "show the run as this tool would have measured it", { group }),
  figures: optional(
    kind.choice(figureFormats),
    "draw the run's figures into its directory, from its records; several directories: their runs together",
    { group },
  ),
  html: optional(
    kind.toggle(),
    "make report.html, one file with the verdict, the numbers, the figures and the requests; several directories: a comparison",
    { group },
  ),
  theme: withDefault(
    kind.choice(themeNames),
    "light",
    "how figures look; print: black and white, one A4 page each",
    { group },
  ),
  outdir: optional(
    kind.text("DIR"),
    "where figures and page go (default the run's directory; for several runs, and for files, ./results/report-<time>)",
    { group },
  ),
  format: optional(kind.choice(formats), "print the summaries of the runs in this format", { group }),
  instancePricePerHour: optional(
    kind.decimal({ min: 0.0001 }),
    "what the machine costs in US dollars an hour, for cost in figures and in --format md or csv; in place of a price that a run was given",
    { group, aliases: ["price-per-hour", "machine-cost"] },
  ),
  json: withDefault(kind.toggle(), "false", "print JSON (of --definitions, or the files made)", {
    group,
  }),
};
