import type { Session } from "./conversation.ts";

/** One message of a conversation. */
export interface Message {
  role: "system" | "user" | "assistant";
  content: string;
}

/** One request's content. */
export interface Prompt {
  text: string;
  /** The same as messages, where it is a turn of a conversation. */
  messages?: readonly Message[];
  /** The conversation that it begins. */
  session?: Session;
  /** The model that it is for, where a plan asks several. */
  model?: string | undefined;
  /** Tokens of the text, as the source knows them. */
  promptTokens: number;
  /** How many tokens the server is asked for at the most. */
  maxTokens: number;
}

/**
 * Where prompts come from. `at(i)` depends on i alone, so that any process can make any request of a plan, and never runs a
 * tokenizer, so that it may be called while requests are in flight.
 */
export interface PromptSource {
  /** For the plan: what it is, with its parameters. */
  readonly describe: Readonly<Record<string, unknown>>;
  at(index: number): Prompt;
}
