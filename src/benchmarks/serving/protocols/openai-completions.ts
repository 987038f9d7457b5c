import { plainText } from "../workload/conversation.ts";
import { readEnvelope, sharedFields } from "./openai.ts";
import type { Piece, Protocol } from "./protocol.ts";

function read(json: unknown, piece: Piece): void {
  const choice = readEnvelope(json, piece);
  if (typeof choice?.text === "string") piece.text = choice.text;
}

/** OpenAI's /v1/completions, as vLLM, SGLang, llama.cpp, TGI and others serve it. */
export const openaiCompletions: Protocol = {
  name: "openai-completions",
  defaultPath: "/v1/completions",
  streams: true,
  textKey: "text",
  body: (content) =>
    JSON.stringify({ model: content.model, prompt: plainText(content.prompt), ...sharedFields(content) }),
  readEvent: read,
  readAnswer: read,
};
