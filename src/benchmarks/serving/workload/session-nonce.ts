import type { Session, SessionSource } from "./conversation.ts";
import { nonceOf } from "./nonce.ts";
import type { Vocabulary } from "./vocabulary.ts";

/**
 * Puts random words at the head of each session's first user message, different for each session and each run: a server's
 * prefix cache does not know the session, not from a run before nor from another session of the same conversation, but within the
 * session it works as in real use. A system message before it stays as it is.
 * @param salt new for each run; recorded in the metadata
 */
export function withSessionNonce(source: SessionSource, salt: number, vocabulary: Vocabulary): SessionSource {
  return {
    ...source,
    at(index): Session {
      const session = source.at(index);
      const [first, ...later] = session.turns;
      const { text, tokens } = nonceOf(salt, session.number, vocabulary);
      const place = first!.messages.findIndex(({ role }) => role === "user");
      const messages = first!.messages.map((message, i) =>
        i === place ? { ...message, content: `${text} ${message.content}` } : message,
      );
      const opened = { ...first!, messages, promptTokens: first!.promptTokens + tokens };
      return { ...session, turns: [opened, ...later] };
    },
  };
}
