import { describe, expect, test } from "bun:test";
import { parseRedisUrl, redisName, redisPlace } from "./redis-address.ts";

const plain = { host: "h", port: 6379, tls: false, database: 0, login: null };

test.each([
  ["redis://h", plain],
  ["redis://h:6400/2", { ...plain, port: 6400, database: 2 }],
  ["rediss://h", { ...plain, tls: true }],
  ["redis://:secret@h", { ...plain, login: { user: "", password: "secret" } }],
  [
    "rediss://me:p%40ss%2Fw@h:1/",
    { ...plain, port: 1, tls: true, login: { user: "me", password: "p@ss/w" } },
  ],
  ["redis://[::1]:7", { ...plain, host: "::1", port: 7 }],
])("%s", (url, expected) => {
  expect(parseRedisUrl(url)).toEqual(expected);
});

describe("refused, without a word of the password", () => {
  test.each([
    "http://:hunter2@h",
    "hunter2",
    "redis://:hunter2@",
    "redis://:hunter2@h/abc",
    "redis://:hunter2@h?x=1",
    "redis://:hunter2%ZZ@h",
  ])("%s", (url) => {
    const caught = (() => {
      try {
        parseRedisUrl(url);
      } catch (error) {
        return error;
      }
    })() as Error;
    expect(caught.message).toStartWith("--redis-url: ");
    expect(JSON.stringify(caught) + caught.message).not.toContain("hunter2");
  });
});

test("what is written down has no log-in", () => {
  const address = parseRedisUrl("rediss://me:hunter2@[::1]:7/3");
  expect(JSON.stringify([redisPlace(address), redisName(address)])).not.toMatch(/hunter2|me/);
  expect(redisName(address)).toBe("[::1]:7");
});
