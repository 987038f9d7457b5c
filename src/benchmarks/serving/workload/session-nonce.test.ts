import { expect, test } from "bun:test";
import { fakeSessions, saidIn } from "./conversation.fake.ts";
import type { SessionSource } from "./conversation.ts";
import { withSessionNonce } from "./session-nonce.ts";
import { words } from "./words.ts";

const vocabulary = { words, tokensPerWord: 1 };
const base = fakeSessions([3, 2]);
const withWords = (salt: number) => withSessionNonce(base, salt, vocabulary);
const headOf = (source: SessionSource, i: number) =>
  saidIn(source.at(i))[0]!.split(" ").slice(0, 4).join(" ");

test("the words stand before the first user message alone, and count", () => {
  for (let i = 0; i < 10; i++) {
    const [plain, fresh] = [base.at(i), withWords(5).at(i)];
    const [first, ...later] = saidIn(fresh);
    expect(first).toBe(`${headOf(withWords(5), i)} ${saidIn(plain)[0]}`);
    expect(later).toEqual(saidIn(plain).slice(1));
    expect(fresh.turns[0]!.promptTokens).toBe(plain.turns[0]!.promptTokens + 4);
    expect(fresh.turns.slice(1)).toEqual(plain.turns.slice(1));
    expect([fresh.number, fresh.firstIndex]).toEqual([plain.number, plain.firstIndex]);
  }
});

test("no two sessions begin alike, of the same conversation or in another run; the same salt repeats them", () => {
  const heads = [1, 2].flatMap((salt) => Array.from({ length: 100 }, (_, i) => headOf(withWords(salt), i)));
  expect(new Set(heads).size).toBe(200);
  expect(headOf(withWords(1), 7)).toBe(heads[7]!);
});

test("a system message before it stays as it is, and the source unchanged", () => {
  const before = base.at(0);
  const system = { role: "system", content: "Be brief." } as const;
  const opened = { ...before.turns[0]!, messages: [system, ...before.turns[0]!.messages] };
  const source = { ...base, at: () => ({ ...before, turns: [opened] }) };
  const [first, second] = withSessionNonce(source, 5, vocabulary).at(0).turns[0]!.messages;
  expect(first).toEqual(system);
  expect(second!.content).toEndWith(` ${before.turns[0]!.messages[0]!.content}`);
  expect(base.at(0)).toEqual(before);
});
