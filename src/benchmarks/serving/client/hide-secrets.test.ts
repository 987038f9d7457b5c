import { expect, test } from "bun:test";
import { secretHider } from "./hide-secrets.ts";

const hide = secretHider({
  authorization: "Bearer my-private-key-1",
  "x-api-key": "other-key-2",
  accept: "everything",
});

test.each([
  ["unknown key my-private-key-1", "unknown key [redacted]"],
  ['{"error":"other-key-2 and my-private-key-1"}', '{"error":"[redacted] and [redacted]"}'],
  ["everything is fine", "everything is fine"],
])("%s", (said, shown) => expect(hide(said)).toBe(shown));

test("short values are no secrets", () => {
  expect(secretHider({ authorization: "Bearer EMPTY" })("EMPTY answer")).toBe("EMPTY answer");
});
