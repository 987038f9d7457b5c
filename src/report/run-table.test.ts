import { expect, test } from "bun:test";
import { runTable } from "./run-table.ts";

const figures = "1,000 [970 to 1,030]  1.00 GB/s  90.0 %  ✓ fit".split("  ");

test("runs stand in a column of their own", () => {
  expect(
    runTable([
      ["", "req/s"],
      ["before", "1"],
    ]),
  ).toEqual(["        req/s", "before      1"]);
});

test("where names leave figures no room, each stands above its own", () => {
  const name = "results/2026-11-23/before/levels/01-rate-4";
  expect(
    runTable([
      ["", "samples/s", "bytes", "AU", "verdict"],
      [name, ...figures],
      ["", ...figures],
    ]),
  ).toEqual([
    "             samples/s      bytes      AU  verdict",
    name,
    "  1,000 [970 to 1,030]  1.00 GB/s  90.0 %    ✓ fit",
    "  1,000 [970 to 1,030]  1.00 GB/s  90.0 %    ✓ fit",
  ]);
});
