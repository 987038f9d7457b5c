import * as v from "valibot";
import { usageError } from "../../../core/errors.ts";
import type { Conversations, Turn } from "./conversation.ts";
import type { Message } from "./prompt.ts";
import { type DatasetLimits, MIN_TOKENS, readDataset } from "./sharegpt.ts";
import type { TokenCounter } from "./token-counter.ts";

const Item = v.object({ conversations: v.array(v.unknown()) });
const Said = v.object({ from: v.string(), value: v.pipe(v.string(), v.minLength(1)) });

/** Who speaks, under all the names that ShareGPT's dumps and their descendants use. */
const ROLES = new Map<string, Message["role"]>([
  ["system", "system"],
  ["human", "user"],
  ["user", "user"],
  ["gpt", "assistant"],
  ["assistant", "assistant"],
  ["chatgpt", "assistant"],
  ["bing", "assistant"],
  ["bard", "assistant"],
]);

export interface ConversationLimits extends DatasetLimits {
  /** Turns of the user that are kept at the most; null: all. */
  mostTurns: number | null;
}

/**
 * Whole conversations from a dataset in ShareGPT's shape. A turn is what the user says and the length of the answer to it, which
 * is asked for; the answers' texts are not kept. The first turn has to pass what pairs have to pass (see readShareGpt), or the
 * conversation is dropped; it ends before the first later turn whose context (all before it, by the dataset's own answers, and
 * itself) is over `maxInputTokens`, or whose answer is over `maxOutputTokens`.
 * @throws ToolError USAGE when the file is not of that shape or nothing is left
 */
export function readConversations(
  path: string,
  counter: TokenCounter,
  limits: ConversationLimits,
): Conversations {
  const items = readDataset(path);
  const turns: Turn[][] = [];
  let cutShort = 0;
  for (const [i, item] of items.entries()) {
    const parsed = v.safeParse(Item, item);
    if (!parsed.success) {
      throw usageError(
        `${path}, item ${i + 1}: expected {"conversations": [{"from": "…", "value": "…"}, …]}`,
      );
    }
    const conversation = turnsOf(messagesOf(parsed.output.conversations), counter, limits);
    if (conversation.turns.length === 0) continue;
    turns.push(conversation.turns);
    if (conversation.isCutShort) cutShort++;
  }
  if (turns.length === 0) {
    throw usageError(
      `no conversation of ${items.length} in ${path} has a first turn and an answer that fit --max-input-length ${limits.maxInputTokens} and --max-output-length ${limits.maxOutputTokens}`,
      'Messages are {"from": "human", "value": "…"}; answers are from "gpt".',
    );
  }
  return { turns, cutShort };
}

/**
 * The messages up to the first that has no text or is from somebody unknown (real datasets have both); several in a row from the
 * same speaker are one.
 */
function messagesOf(items: readonly unknown[]): Message[] {
  const messages: Message[] = [];
  for (const item of items) {
    const said = v.safeParse(Said, item);
    const role = said.success ? ROLES.get(said.output.from.toLowerCase()) : undefined;
    if (!said.success || role === undefined) break;
    const { value: content } = said.output;
    const last = messages.at(-1);
    if (last?.role === role) last.content += `\n\n${content}`;
    else messages.push({ role, content });
  }
  return messages;
}

function turnsOf(
  messages: readonly Message[],
  counter: TokenCounter,
  { maxInputTokens, maxOutputTokens, mostTurns }: ConversationLimits,
): { turns: Turn[]; isCutShort: boolean } {
  const turns: Turn[] = [];
  let asked: Message[] = [];
  let contextTokens = 0;
  for (const message of messages) {
    if (turns.length === mostTurns) break;
    if (message.role !== "assistant") {
      asked.push(message);
      continue;
    }
    // Pieces of longer conversations begin with an answer.
    if (!asked.some(({ role }) => role === "user")) continue;
    const promptTokens = asked.reduce((sum, { content }) => sum + counter.count(content), 0);
    const maxTokens = counter.count(message.content);
    const leastTokens = turns.length === 0 ? MIN_TOKENS : 1;
    if (promptTokens < leastTokens || maxTokens < leastTokens) break;
    contextTokens += promptTokens;
    if (contextTokens > maxInputTokens || maxTokens > maxOutputTokens)
      return { turns, isCutShort: turns.length > 0 };
    turns.push({ messages: asked, promptTokens, maxTokens });
    contextTokens += maxTokens;
    asked = [];
  }
  return { turns, isCutShort: false };
}
