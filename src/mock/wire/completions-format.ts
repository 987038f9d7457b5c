import type { AnswerIdentity, Format } from "./format.ts";

/** `/v1/completions` as vLLM answers it (vllm/entrypoints/openai/completion/protocol.py). */
export function completionsFormat({ id, created, model }: AnswerIdentity): Format {
  const head = `{"id":${JSON.stringify(id)},"object":"text_completion","created":${created},"model":${JSON.stringify(model)},"choices":[`;
  return {
    piece: () => ({
      before: `${head}{"index":0,"text":"`,
      after: '","logprobs":null,"finish_reason":null,"stop_reason":null}]',
    }),
    channels: ["text"],
    opening: null,
    toolOpening: null,
    empty: `${head}]`,
    finishHasUsage: false,
    finish: (reason) =>
      `${head}{"index":0,"text":"","logprobs":null,"finish_reason":"${reason}","stop_reason":null}]`,
    whole: ({ text, finishReason, usage }) => {
      const choice = {
        index: 0,
        text,
        logprobs: null,
        finish_reason: finishReason,
        stop_reason: null,
        prompt_logprobs: null,
      };
      return `${head}${JSON.stringify(choice)}],"usage":${usage}}`;
    },
  };
}
