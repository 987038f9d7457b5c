import type { Message, PromptSource } from "./prompt.ts";
import type { ThinkTime } from "./think-time.ts";

/** One turn: what the user says, and how long the answer may be. */
export interface Turn {
  /** What is new in it: the user's message, and system messages before that. */
  messages: readonly Message[];
  /** Tokens of these messages alone. */
  promptTokens: number;
  maxTokens: number;
}

/** Conversations of a dataset. */
export interface Conversations {
  /** Each of at least one turn. */
  turns: readonly (readonly Turn[])[];
  /** How many of them end early because of the token limits. */
  cutShort: number;
}

/** One conversation as it is going to be held. */
export interface Session {
  /** Its number in the whole plan. */
  number: number;
  /** The number in the whole plan of its first request; those of its other turns follow. */
  firstIndex: number;
  turns: readonly Turn[];
}

/** Where sessions come from. As with prompts, `at(i)` depends on i alone. */
export interface SessionSource {
  /** For the plan: what it is, with its parameters. */
  readonly describe: Readonly<Record<string, unknown>>;
  readonly conversations: number;
  /** How many of these end early because of the token limits. */
  readonly cutShort: number;
  /** Turns of the longest. */
  readonly mostTurns: number;
  readonly thinkTime: ThinkTime;
  at(index: number): Session;
  /** How long the user thinks before the request of that number in the whole plan, ms; not for first turns. */
  thinkMs(request: number): number;
}

/** The first turn of each session, which needs no answer to be known. */
export function firstPrompts(sessions: SessionSource): PromptSource {
  return {
    describe: sessions.describe,
    at(index) {
      const session = sessions.at(index);
      const { messages, promptTokens, maxTokens } = session.turns[0]!;
      return { text: plainText(messages), messages, promptTokens, maxTokens, session };
    },
  };
}

/**
 * A conversation as one text: each as it is; an answer follows its prompt directly, as it did when the server wrote it, all others
 * follow after a blank line. So each turn's text begins with the text and the answer of the turn before.
 */
export function plainText(messages: string | readonly Message[]): string {
  if (typeof messages === "string") return messages;
  let text = "";
  for (const [i, { role, content }] of messages.entries()) {
    text += i === 0 || role === "assistant" ? content : `\n\n${content}`;
  }
  return text;
}
