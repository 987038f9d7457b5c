import { expect, test } from "bun:test";
import fc from "fast-check";
import { countTokens, tokenIds, wordsOf } from "./tokens.ts";

const SPACES = [
  " ",
  "\t",
  "\n",
  "\v",
  "\f",
  "\r",
  "\u00a0",
  "\u1680",
  "\u2003",
  "\u2028",
  "\u202f",
  "\u3000",
  "\ufeff",
];

test("counts what the pattern of white space and a word matches, whatever the text", () => {
  const unit = fc.oneof(
    fc.constantFrom(...SPACES, "\u200b", "\u180e", "\u0085"),
    fc.string({ unit: "binary", maxLength: 8 }),
  );
  fc.assert(
    fc.property(fc.array(unit, { maxLength: 40 }), (units) => {
      const text = units.join("");
      expect(countTokens(text)).toBe(text.match(/\s*\S+/g)?.length ?? 0);
      expect(wordsOf(text).length).toBe(countTokens(text));
    }),
  );
});

test("the same word has the same id", () => {
  const [first, second, third] = tokenIds("東京 and 東京");
  expect(first).toBe(third!);
  expect(first).not.toBe(second!);
  expect(tokenIds("")).toEqual([]);
});
