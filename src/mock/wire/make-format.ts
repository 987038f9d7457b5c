import { assertNever } from "../../core/errors.ts";
import { chatFormat } from "./chat-format.ts";
import { completionsFormat } from "./completions-format.ts";
import type { AnswerIdentity, Format } from "./format.ts";
import { generateFormat } from "./generate-format.ts";
import type { Route } from "./generation-request.ts";

const ID_PREFIX: Readonly<Record<Route, string>> = {
  completions: "cmpl-mock-",
  chat: "chatcmpl-mock-",
  generate: "gen-mock-",
};

/** The answer's id: it ends in the request number, so that answers can be found in the truth file. */
export function answerId(route: Route, requestNumber: number): string {
  return `${ID_PREFIX[route]}${requestNumber}`;
}

/** The wire format of a route, for one answer. */
export function makeFormat(route: Route, identity: AnswerIdentity): Format {
  switch (route) {
    case "chat":
      return chatFormat(identity);
    case "completions":
      return completionsFormat(identity);
    case "generate":
      return generateFormat();
    default:
      return assertNever(route);
  }
}
