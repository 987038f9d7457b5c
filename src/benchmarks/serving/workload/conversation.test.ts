import { expect, test } from "bun:test";
import { fakeSessions } from "./conversation.fake.ts";
import { firstPrompts, plainText } from "./conversation.ts";
import type { Message } from "./prompt.ts";

const talk: Message[] = [
  { role: "system", content: "Be brief." },
  { role: "user", content: "Why?" },
  { role: "assistant", content: " Because." },
  { role: "user", content: "And then?" },
];

test("as one text, an answer follows its prompt directly, all others after a blank line", () => {
  expect(plainText(talk)).toBe("Be brief.\n\nWhy? Because.\n\nAnd then?");
  expect(plainText("a text")).toBe("a text");
});

test("each turn's text begins with the text and the answer of the turn before", () => {
  expect(plainText(talk)).toStartWith(plainText(talk.slice(0, 2)) + talk[2]!.content);
});

test("the first prompts are those of the sessions' first turns", () => {
  const sessions = fakeSessions([2, 1, 3]);
  const prompts = firstPrompts(sessions);
  for (let i = 0; i < 6; i++) {
    const session = sessions.at(i);
    const { messages, promptTokens, maxTokens } = session.turns[0]!;
    expect(prompts.at(i)).toEqual({
      text: messages[0]!.content,
      messages,
      promptTokens,
      maxTokens,
      session,
    });
  }
  expect(prompts.describe).toBe(sessions.describe);
});
