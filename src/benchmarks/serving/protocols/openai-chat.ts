import { readEnvelope, readMessage, sharedFields } from "./openai.ts";
import type { Protocol } from "./protocol.ts";

/** OpenAI's /v1/chat/completions: a prompt that is a text is one user message. */
export const openaiChat: Protocol = {
  name: "openai-chat",
  defaultPath: "/v1/chat/completions",
  streams: true,
  textKey: "content",
  body: (content) =>
    JSON.stringify({
      model: content.model,
      messages:
        typeof content.prompt === "string" ? [{ role: "user", content: content.prompt }] : content.prompt,
      ...sharedFields(content),
    }),
  readEvent: (json, piece) => readMessage(readEnvelope(json, piece)?.delta, piece),
  readAnswer: (json, piece) => readMessage(readEnvelope(json, piece)?.message, piece),
};
