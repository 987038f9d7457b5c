import type { Profile } from "../benchmarks/profile/profile-shape.ts";
import { CAPACITY_HEADS, capacityRows } from "./capacities.ts";
import { DIFFERENCE_NOTE } from "./differences.ts";
import { runTable } from "./run-table.ts";
import { COLUMNS, wrapped } from "./wrapped.ts";

type Head = (typeof CAPACITY_HEADS)[number];

/** Capacities of several profiles side by side as text of 80 columns; null where there is one profile, or none was searched for. */
export function capacitiesText(
  profiles: readonly Pick<Profile, "run" | "capacity" | "slos">[],
): string | null {
  const rows = capacityRows(profiles);
  if (rows.length === 0) return null;
  const cell = (row: readonly string[], head: Head) => row[CAPACITY_HEADS.indexOf(head)]!;
  const table = (heads: readonly Head[]) =>
    runTable([
      ["", ...heads],
      ...rows.map((row) => [cell(row, "profile"), ...heads.map((head) => cell(row, head))]),
    ]);
  const known = (["tok/s", "$/M output tokens", "J/token"] as const).filter((head) =>
    rows.some((row) => cell(row, head) !== "-"),
  );
  const byLimits = Map.groupBy(
    rows.filter((row) => cell(row, "of") !== "-"),
    (row) => cell(row, "of"),
  );
  const limits = [...byLimits].map(([of, some]) => {
    const whose = byLimits.size === 1 ? "" : ` of ${some.map((row) => cell(row, "profile")).join(", ")}`;
    return wrapped(`Capacity${whose}: ${of}`, COLUMNS);
  });
  return [
    ...table(["capacity", "from the first, %"]),
    "",
    ...(known.length === 0 ? [] : [...table(known), ""]),
    ...limits,
    "",
    wrapped(DIFFERENCE_NOTE, COLUMNS),
  ].join("\n");
}
