import { integer, type Kind } from "../flags/kinds.ts";

const tokens = integer({ min: 1 });

/** A number of tokens, or `max` for as many as an answer may have. */
export const leastTokens: Kind<number | "max"> = {
  placeholder: "N|max",
  allowed: "a number of tokens such as 64, or max for as many as are asked for",
  parse: (text) => (text === "max" ? text : tokens.parse(text)),
};
