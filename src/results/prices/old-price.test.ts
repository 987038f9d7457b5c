import { expect, test } from "bun:test";
import { oldPriceWarnings } from "./old-price.ts";
import type { Price } from "./price-sheet.ts";

const price: Price = {
  usdPerHour: 3.6,
  name: "lab:1",
  region: null,
  date: "2026-11-09",
  source: "invoice",
  note: null,
};

test("a price over 90 days old is a warning", () => {
  const at = (date: string) => Date.parse(`${date}T12:00:00Z`);
  const warned = (given: Price | null, now: string) =>
    oldPriceWarnings(given, at(now)).map(({ message }) => message);
  expect(warned(price, "2027-02-07")).toEqual([]);
  expect(warned(price, "2027-02-08")).toEqual([
    "the price of lab:1 was read on 2026-11-09, 91 days before this run",
  ]);
  expect(warned({ ...price, date: null, name: null }, "2036-01-01")).toEqual([]);
  expect(warned(null, "2036-01-01")).toEqual([]);
});
