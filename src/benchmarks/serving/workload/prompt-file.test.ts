import { afterAll, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { ToolError } from "../../../core/errors.ts";
import { readPromptFile } from "./prompt-file.ts";
import { estimatedTokens, type TokenCounter } from "./token-counter.ts";

const folder = mkdtempSync(join(tmpdir(), "inferbench-prompts-"));
const path = join(folder, "prompts.txt");
afterAll(() => rmSync(folder, { recursive: true }));

const words: TokenCounter = { name: "words", exact: true, count: (text) => text.split(/\s+/).length };
const output = { tokens: { kind: "fixed", tokens: 20 }, seed: 1 } as const;

function read(content: string) {
  writeFileSync(path, content);
  return readPromptFile(path, words, output);
}

const textsOf = (content: string) => read(content).map(({ text }) => text);

function problem(content: string): ToolError {
  try {
    read(content);
  } catch (error) {
    expect(error).toBeInstanceOf(ToolError);
    expect([(error as ToolError).code, (error as ToolError).exit]).toEqual(["USAGE", 2]);
    return error as ToolError;
  }
  throw new Error("was accepted");
}

describe("one prompt a line", () => {
  test("with its tokens as counted and the output length as drawn", () => {
    expect(read("one two three\nfour\n")).toEqual([
      { text: "one two three", promptTokens: 3, maxTokens: 20 },
      { text: "four", promptTokens: 1, maxTokens: 20 },
    ]);
  });

  test.each([
    ["no line end after the last", "a\nb", ["a", "b"]],
    ["lines of Windows", "a\r\nb\r\n", ["a", "b"]],
    ["empty lines and blank ones", "\n\na\n   \n\t\nb\n\n", ["a", "b"]],
    ["blanks at the ends, which stay", "  a \nb", ["  a ", "b"]],
    ["a byte order mark", "\uFEFFa\nb", ["a", "b"]],
    ["a byte order mark elsewhere, which stays", "a\n\uFEFFb", ["a", "\uFEFFb"]],
    ["a line separator, which is no line end", "a\u2028b\n", ["a\u2028b"]],
    ["a quotation at the beginning", '"Hello," she said.\nWhy?', ['"Hello," she said.', "Why?"]],
    ["numbers and lists, which are no prompts in JSON", "5\n[1]\ntrue", ["5", "[1]", "true"]],
    ["JSON in a later line", 'a\n{"prompt":"b"}', ["a", '{"prompt":"b"}']],
  ])("%s", (_, content, texts) => {
    expect(textsOf(content)).toEqual(texts);
  });

  test("gives back whatever was written", () => {
    const line = fc
      .string({ unit: "grapheme" })
      .filter((s) => s.trim() !== "" && !/[\r\n\uFEFF]|^\s*[{"]/.test(s));
    fc.assert(
      fc.property(fc.array(line, { minLength: 1, maxLength: 5 }), (lines) => {
        expect(textsOf(lines.join("\n"))).toEqual(lines);
      }),
    );
  });
});

describe("JSON lines", () => {
  test("are objects and strings, with or without a length", () => {
    expect(read('{"prompt":"one two","max_tokens":5}\n"three"\n{"prompt":"four\\nfive","id":7}\n')).toEqual([
      { text: "one two", promptTokens: 2, maxTokens: 5 },
      { text: "three", promptTokens: 1, maxTokens: 20 },
      { text: "four\nfive", promptTokens: 2, maxTokens: 20 },
    ]);
  });

  test("may begin with a string, with blanks, with a byte order mark", () => {
    expect(textsOf('"a"\n{"prompt":"b"}')).toEqual(["a", "b"]);
    expect(textsOf('  {"prompt":"a"}')).toEqual(["a"]);
    expect(textsOf('\uFEFF{"prompt":"a"}')).toEqual(["a"]);
    expect(textsOf('\uFEFF"a"')).toEqual(["a"]);
  });

  test("give back whatever was written", () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ minLength: 1, unit: "binary" }), { minLength: 1, maxLength: 5 }),
        (texts) => {
          expect(textsOf(texts.map((prompt) => JSON.stringify({ prompt })).join("\n"))).toEqual(texts);
        },
      ),
    );
  });

  test.each([
    ['{"prompt":"a",}\n', 1],
    ['{"prompt":"a"}\n\nb\n', 3],
    ['"a"\nb', 2],
    ["{prompt} is a word\n", 1],
  ])("%j is not JSON, and the line is named", (content, line) => {
    const { message, hint } = problem(content);
    expect(message).toStartWith(`${path}, line ${line}: not JSON (`);
    expect(hint).toBe("The first line is JSON, so all must be.");
  });

  test.each([
    '{"text":"a"}',
    '{"prompt":""}',
    '{"prompt":5}',
    '{"prompt":"a","max_tokens":0}',
    '{"prompt":"a","max_tokens":1.5}',
    '{"prompt":"a","max_tokens":"5"}',
    '"a"\n""',
    '"a"\n5',
    '"a"\nnull',
    '"a"\n["b"]',
  ])("%j has not the shape of a prompt", (content) => {
    const line = content.split("\n").length;
    expect(problem(content).message).toBe(
      `${path}, line ${line}: expected a string or {"prompt": "…", "max_tokens": N}`,
    );
  });
});

test("a file without prompts, and one that is not there, are errors that name it", () => {
  for (const content of ["", "\n\n", "  \n", "\uFEFF"]) {
    expect(problem(content).message).toBe(`the prompt file ${path} has no prompts`);
  }
  for (const missing of [join(folder, "none.txt"), folder]) {
    expect(() => readPromptFile(missing, words, output)).toThrow(`cannot read ${missing}: `);
  }
});

test("output lengths are drawn by the seed, whatever lines are blank", () => {
  const spread = { tokens: { kind: "uniform", min: 1, max: 1_000_000 }, seed: 5 } as const;
  const lengths = (content: string, seed: number) => {
    writeFileSync(path, content);
    return readPromptFile(path, estimatedTokens, { ...spread, seed }).map(({ maxTokens }) => maxTokens);
  };
  expect(lengths("a\nb\nc", 5)).toEqual(lengths("\na\n\nb\nc\n", 5));
  expect(lengths("a\nb\nc", 5)).not.toEqual(lengths("a\nb\nc", 6));
  expect(new Set(lengths("a\nb\nc", 5)).size).toBe(3);
});

test("the fixture has 60 prompts of 5 to 60 words", () => {
  const fixture = join(import.meta.dir, "../../../../fixtures/prompts.txt");
  const prompts = readPromptFile(fixture, words, output);
  expect(prompts).toHaveLength(60);
  expect(new Set(prompts.map(({ text }) => text)).size).toBe(60);
  for (const { promptTokens } of prompts) expect(promptTokens).toBeWithin(5, 61);
});
