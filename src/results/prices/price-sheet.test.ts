import { describe, expect, test } from "bun:test";
import { ToolError } from "../../core/errors.ts";
import { builtInPrices } from "./built-in.ts";
import { parsePriceSheet, priceNamed, readPriceSheet } from "./price-sheet.ts";

function problem(ask: () => unknown): ToolError {
  try {
    ask();
  } catch (error) {
    expect(error).toBeInstanceOf(ToolError);
    expect((error as ToolError).exit).toBe(2);
    return error as ToolError;
  }
  throw new Error("was accepted");
}

const parse = (text: string) => parsePriceSheet(text, "mine.yaml");
const good = "{usdPerHour: 1.5, date: 2026-11-09, source: invoice 7}";

describe("the sheet that comes with the program", () => {
  const prices = builtInPrices();

  test("has machines of several clouds, each with its source and date", () => {
    expect(prices.get("gce:a3-highgpu-1g")).toMatchObject({ usdPerHour: 10.9791, date: "2026-09-26" });
    expect([...prices.keys()].filter((name) => name.startsWith("vast:")).length).toBeGreaterThan(1);
    for (const [name, price] of prices) {
      expect(name).toMatch(/^(?:gce|ec2|azure|vast|runpod|lambda):\S+$/);
      expect(price.source).toMatch(/^https:\/\//);
    }
  });

  test("a name that it has not is an error with the nearest one", () => {
    const { message, hint } = problem(() => priceNamed("gce:a3-highgpu-1", [prices]));
    expect(message).toContain("did you mean gce:a3-highgpu-1g?");
    expect(hint).toContain("ec2:p5.48xlarge");
  });
});

describe("a sheet of the user's", () => {
  test("wins over the built-in one", () => {
    const own = parse(`gce:a3-highgpu-1g: ${good}\nlab:1: ${good}`);
    const sheets = [own, builtInPrices()];
    expect(priceNamed("gce:a3-highgpu-1g", sheets).usdPerHour).toBe(1.5);
    expect(priceNamed("lab:1", sheets)).toEqual({
      usdPerHour: 1.5,
      name: "lab:1",
      region: null,
      date: "2026-11-09",
      source: "invoice 7",
      note: null,
    });
    expect(priceNamed("ec2:p5.48xlarge", sheets).usdPerHour).toBe(55.04);
  });

  test.each([
    [
      "a: {usdPerHour: cheap, date: 2026-11-09, source: x}",
      'mine.yaml: a.usdPerHour: "cheap" is not a number',
    ],
    ["a: {usdPerHour: 0, date: 2026-11-09, source: x}", "mine.yaml: a.usdPerHour: 0 is not above 0"],
    ["a: {usdPerHour: 1, date: 2026-02-31, source: x}", 'mine.yaml: a.date: "2026-02-31" is not a date'],
    ["a: {usdPerHour: 1, date: 2026-11-09}", "mine.yaml: a: source is missing"],
    [
      "a: {usdPerHour: 1, date: 2026-11-09, source: x, regoin: y}",
      "mine.yaml: a: unknown key regoin (did you mean region?)",
    ],
    ["a: 1.5", "mine.yaml: a: not a mapping with usdPerHour, region, date, source, note"],
    ["- 1", "mine.yaml is not a mapping"],
    ["", "mine.yaml is not a mapping"],
    ["a: {", "mine.yaml is not YAML"],
    [`a: ${good}\na: ${good}`, "Map keys must be unique at line 2"],
  ])("%j", (text, message) => {
    expect(problem(() => parse(text)).message).toContain(message);
  });

  test("all that is wrong is said at once", () => {
    const { message } = problem(() => parse("a: 1\nb: {usdPerHour: -1, date: x, source: ''}"));
    expect(message.split("\n")).toHaveLength(4);
  });

  test("a file that is not there", () => {
    expect(problem(() => readPriceSheet("/nowhere/prices.yaml")).message).toContain(
      "cannot read --price-sheet",
    );
  });
});
