import { afterEach, expect, test } from "bun:test";
import { fetchCap } from "./fetch-cap.ts";

const NAME = "BUN_CONFIG_MAX_HTTP_REQUESTS";
const before = process.env[NAME];

afterEach(() => {
  if (before === undefined) delete process.env[NAME];
  else process.env[NAME] = before;
});

test("is Bun's 256 where the variable is absent", () => {
  delete process.env[NAME];
  expect(fetchCap()).toBe(256);
});

test.each([
  ["1", 1],
  ["4096", 4096],
  ["65535", 65_535],
  ["65536", 256],
  ["0", 256],
  ["-5", 256],
  ["12.5", 256],
  ["many", 256],
  ["", 256],
])("of %p is %d", (value, cap) => {
  process.env[NAME] = value;
  expect(fetchCap()).toBe(cap);
});
