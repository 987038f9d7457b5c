import { expect, test } from "bun:test";
import { fieldsWithin } from "./live-line.ts";

test("a live line drops whole fields where they do not fit", () => {
  const text = "rate-4 · running 5 s · 20 sent · TTFT 14.2 ms";
  expect(fieldsWithin(text, 80)).toBe(text);
  expect(fieldsWithin(text, text.length)).toBe(text);
  expect(fieldsWithin(text, text.length - 1)).toBe("rate-4 · running 5 s · 20 sent");
  expect(fieldsWithin(text, 20)).toBe("rate-4 · running 5 s");
  expect(fieldsWithin(text, 4)).toBe("rate");
});
