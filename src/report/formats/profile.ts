import { failuresOf } from "../../benchmarks/profile/judge.ts";
import { loadLabel } from "../../benchmarks/profile/level.ts";
import { profileColumns, profileRow } from "../../benchmarks/profile/profile-csv.ts";
import type { LevelResult, Profile } from "../../benchmarks/profile/profile-shape.ts";
import { csvText } from "../../results/csv.ts";
import { CAPACITY_HEADS, capacityRows } from "../capacities.ts";
import { DIFFERENCE_NOTE } from "../differences.ts";
import { capacityLines, profileFoot, profileHead, profileRows, unfinishedText } from "../profile-text.ts";
import { type Check, type JunitSuite, junitText } from "./junit.ts";
import { inline, row } from "./markdown-text.ts";

/** profile.csv of one profile, or of several under one head, with a first column that names each. */
export function profilesCsv(profiles: readonly Profile[]): string {
  const rows = profiles.flatMap(({ run, levels }) =>
    levels.map((level) => [run.runName, ...profileRow(level)]),
  );
  return csvText(["profile", ...profileColumns], rows).trimEnd();
}

/** Several profiles' capacities side by side, then each profile as its terminal table under a heading, with the warnings of its levels. */
export function profilesMarkdown(profiles: readonly Profile[]): string {
  const rows = capacityRows(profiles);
  const compared =
    rows.length === 0
      ? []
      : [
          [
            "## Capacities",
            "",
            ...[[...CAPACITY_HEADS], CAPACITY_HEADS.map(() => "---"), ...rows].map((cells) =>
              row(cells.map(inline)),
            ),
            "",
            `> note: ${DIFFERENCE_NOTE}`,
          ].join("\n"),
        ];
  const each = profiles.map((profile) => {
    const { run, levels } = profile;
    const facts = [run.startedAt, run.endpoint, run.backend, run.model, `inferbench ${run.version}`];
    const foot = profileFoot(profile);
    const table = [...profileHead(), ...profileRows(levels), ...(foot.length > 0 ? ["", ...foot] : [])];
    const warnings = levels.flatMap(({ name, warnings: of }) =>
      of.map(({ message, hint }) => `> warning: ${inline(name)}: ${inline(message)}. ${inline(hint)}`),
    );
    const why = unfinishedText("The profile", profile);
    const status = why === null ? [] : [`**${inline(why)}.**`];
    return [
      `## ${inline(run.runName)}`,
      facts
        .filter((fact) => fact !== "")
        .map(inline)
        .join(" · "),
      ...status,
      ["```text", ...table, "```"].join("\n"),
      ...warnings,
    ].join("\n\n");
  });
  return [...compared, ...each].join("\n\n");
}

/** Profiles as JUnit's XML: a suite each, a case for its end, for the capacity where it was searched for, and for each level. */
export function profilesJunit(profiles: readonly Profile[]): string {
  return junitText(profiles.map(suiteOf));
}

/** Warnings that say why a level failed. */
const CAUSES: ReadonlySet<string> = new Set(["failures", "server-gone"]);

/** A client that was not fit fails no level that is not a failure of the profile, but what it measured is no pass either. */
function levelCheck(level: LevelResult): Check {
  const failures = failuresOf(level);
  const causes = failures.includes("failed") ? level.warnings.filter(({ code }) => CAUSES.has(code)) : [];
  const failure = [...failures, ...causes.map(({ message }) => message)].join(", ") || null;
  const { verdict, reasons } = level.figures?.validity ?? { verdict: "fit", reasons: [] };
  const isDoubtful = failure === null && verdict !== "fit";
  return {
    name: `${level.name} (${loadLabel(level.load)})`,
    failure,
    doubt: isDoubtful ? `${verdict}: ${reasons.join(", ")}` : null,
  };
}

function suiteOf(profile: Profile): JunitSuite {
  const { run, levels, capacity, slos } = profile;
  const said = capacity === null ? "" : capacityLines(capacity, slos).join(" ").replace(/\s+/g, " ");
  const found =
    capacity === null
      ? []
      : [
          {
            name: "the capacity was found",
            failure: capacity.ratePerS === null ? said : null,
            text: said,
          },
        ];
  return {
    tool: "inferbench profile",
    run: run.runName,
    durationS: levels.reduce((sum, { figures }) => sum + (figures?.durationS ?? 0), 0),
    startedAt: run.startedAt,
    checks: [
      { name: "the profile came to its end", failure: unfinishedText("it", profile) },
      ...found,
      ...levels.map(levelCheck),
    ],
  };
}
