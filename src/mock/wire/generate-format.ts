import type { Format } from "./format.ts";

/** The generic `/generate`: `{"text":"…"}` events, the last one with usage; whole answers as `{"text":["…"],…}`. */
export function generateFormat(): Format {
  return {
    piece: () => ({ before: '{"text":"', after: '"' }),
    channels: ["text"],
    opening: null,
    toolOpening: null,
    empty: '{"choices":[]',
    finishHasUsage: true,
    finish: (reason) => `{"text":"","finish_reason":"${reason}"`,
    whole: ({ text, finishReason, usage }) =>
      `{"text":[${JSON.stringify(text)}],"finish_reason":"${finishReason}","usage":${usage}}`,
  };
}
