import { openaiChat } from "./openai-chat.ts";
import { openaiCompletions } from "./openai-completions.ts";
import type { Protocol } from "./protocol.ts";
import { DEFAULT_TEMPLATE, type TemplateOptions, templateProtocol } from "./template.ts";

export const backends = ["openai-completions", "openai-chat", "template"] as const;
export type Backend = (typeof backends)[number];

/** The wire format for an endpoint: as named, else by its path; a body template always makes it `template`. */
export function chooseProtocol(
  path: string,
  backend: Backend | undefined,
  template: Omit<TemplateOptions, "template"> & { template?: string | undefined },
): Protocol {
  const chosen = template.template !== undefined ? "template" : (backend ?? byPath(path));
  switch (chosen) {
    case "openai-completions":
      return openaiCompletions;
    case "openai-chat":
      return openaiChat;
    case "template":
      return templateProtocol({ ...template, template: template.template ?? DEFAULT_TEMPLATE });
  }
}

function byPath(givenPath: string): Backend {
  const path = givenPath.replace(/\/$/, "");
  if (path.endsWith("/chat/completions")) return "openai-chat";
  if (path.endsWith("/completions") || path === "" || path.endsWith("/v1")) return "openai-completions";
  return "template";
}
