import { expect, test } from "bun:test";
import { resolveFlags } from "../flags/resolve.ts";
import { reportFlags } from "./flags.ts";
import { wishOf } from "./wish.ts";

function wish(given: Record<string, string>, env: Record<string, string> = {}) {
  const texts = new Map(Object.entries(given).map(([key, value]) => [key, [value]]));
  const { values, sources } = resolveFlags(reportFlags, texts, env, null);
  return wishOf(values, sources);
}

const png = { format: "png", theme: "light" } as const;

test("with nothing asked for, everything is made again", () => {
  expect(wish({})).toEqual({
    kind: "page",
    look: png,
    isAll: true,
    outdir: null,
    json: false,
    usdPerHour: null,
  });
  expect(wish({ theme: "dark", outdir: "x" })).toMatchObject({
    look: { format: "png", theme: "dark" },
    outdir: "x",
  });
});

test("what the command line names is made alone", () => {
  expect(wish({ figures: "svg" })).toMatchObject({ kind: "figures", look: { format: "svg" } });
  expect(wish({ html: "true" })).toMatchObject({ kind: "page", look: null, isAll: false });
  expect(wish({ html: "true", figures: "svg" })).toMatchObject({
    kind: "page",
    look: { format: "svg" },
    isAll: false,
  });
  expect(wish({ html: "false" })).toMatchObject({ kind: "figures", look: png });
});

test("without figures there is all the rest", () => {
  expect(wish({ figures: "none" })).toMatchObject({ kind: "page", look: null, isAll: true });
  expect(wish({ figures: "none", html: "true" })).toMatchObject({ kind: "page", look: null, isAll: false });
});

test("the environment says how, and gives way to what is asked for", () => {
  expect(wish({}, { INFERBENCH_FIGURES: "none" })).toMatchObject({ kind: "page", look: null });
  expect(wish({}, { INFERBENCH_HTML: "false" })).toMatchObject({ kind: "figures", look: png });
  expect(wish({ html: "true" }, { INFERBENCH_FIGURES: "svg" })).toMatchObject({ kind: "page", look: null });
  expect(wish({ format: "md" }, { INFERBENCH_FIGURES: "svg", INFERBENCH_HTML: "true" })).toMatchObject({
    kind: "format",
  });
});

test("a price an hour goes with what has a cost", () => {
  const instancePricePerHour = "4.5";
  expect(wish({ instancePricePerHour })).toMatchObject({ kind: "page", usdPerHour: 4.5 });
  expect(wish({ instancePricePerHour, format: "csv" })).toMatchObject({ kind: "format", usdPerHour: 4.5 });
  expect(() => wish({ instancePricePerHour, format: "junit" })).toThrow();
});

test.each([
  [{ html: "false", figures: "none" }],
  [{ format: "md", figures: "svg" }],
  [{ format: "md", html: "true" }],
  [{ html: "true", theme: "dark" }],
  [{ definitions: "vllm", outdir: "x" }],
])("%j leaves nothing to do, or too much", (given) => {
  expect(() => wish(given)).toThrow();
});
