import { describe, expect, test } from "bun:test";
import {
  assertNever,
  ExitCode,
  environmentError,
  messageOf,
  systemCode,
  ToolError,
  usageError,
} from "./errors.ts";

test("exit codes are what the documentation promises", () => {
  expect(ExitCode).toEqual({
    ok: 0,
    runFailed: 1,
    usage: 2,
    gateFailed: 3,
    environment: 4,
    clientUnfit: 5,
    interrupted: 130,
  });
});

describe("ToolError", () => {
  test("without options is a failed run without a hint", () => {
    const error = new ToolError("X", "message");
    expect([error.code, error.message, error.hint, error.exit]).toEqual(["X", "message", undefined, 1]);
    expect(error).toBeInstanceOf(Error);
  });

  test("wrong usage is code USAGE and exit 2", () => {
    const error = usageError("no", "do it so");
    expect([error.code, error.message, error.hint, error.exit]).toEqual(["USAGE", "no", "do it so", 2]);
    expect(usageError("no").hint).toBeUndefined();
  });

  test("what the machine lacks is exit 4 and keeps its cause", () => {
    const cause = new Error("below");
    const error = environmentError("NO_GPU", "no GPU", "buy one", cause);
    expect([error.code, error.exit, error.hint, error.cause]).toEqual(["NO_GPU", 4, "buy one", cause]);
  });
});

test("systemCode is the code of a thrown value where it is a text", () => {
  expect(systemCode(Object.assign(new Error("x"), { code: "ENOENT" }))).toBe("ENOENT");
  expect(systemCode({ code: "ECONNREFUSED" })).toBe("ECONNREFUSED");
  for (const thrown of [{ code: 5 }, new Error("x"), null, undefined, "ENOENT"]) {
    expect(systemCode(thrown)).toBeUndefined();
  }
});

test("messageOf says something about whatever was thrown", () => {
  expect([new TypeError("bad"), "text", 5, null, undefined].map(messageOf)).toEqual([
    "bad",
    "text",
    "5",
    "null",
    "undefined",
  ]);
});

test("assertNever names the value that should not be", () => {
  expect(() => assertNever({ kind: "odd" } as never)).toThrow('unexpected value {"kind":"odd"}');
});

test("messageOf says in our words what Bun's fetch says in its own", async () => {
  const server = Bun.serve({ hostname: "127.0.0.1", port: 0, fetch: () => new Response() });
  const { url } = server;
  await server.stop(true);
  const error = await fetch(url).catch((reason: unknown) => reason);
  expect(messageOf(error)).toEndWith("no connection could be made");
});
