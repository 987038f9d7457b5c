import type { Session, SessionSource } from "./conversation.ts";
import { drawnSessions } from "./conversations.ts";
import type { ThinkTime } from "./think-time.ts";

/** Sessions for tests, of conversations with so many turns, each of 5 tokens of prompt and 3 of answer. */
export function fakeSessions(
  turns: readonly number[],
  thinkTime: ThinkTime = { kind: "constant", ms: 0 },
): SessionSource {
  return drawnSessions(
    {
      turns: turns.map((count, conversation) =>
        Array.from({ length: count }, (_, turn) => ({
          messages: [{ role: "user", content: `conversation ${conversation} turn ${turn}` }],
          promptTokens: 5,
          maxTokens: 3,
        })),
      ),
      cutShort: 0,
    },
    1,
    thinkTime,
    { kind: "test" },
  );
}

/** The texts that the user says. */
export function saidIn({ turns }: Session): string[] {
  return turns.flatMap(({ messages }) => messages.map(({ content }) => content));
}
