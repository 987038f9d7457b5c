import { type AnswerIdentity, type Channel, type Format, TOOL_NAME, type WholeAnswer } from "./format.ts";

/** `/v1/chat/completions` as vLLM answers it (vllm/entrypoints/openai/chat_completion/protocol.py). */
export function chatFormat(identity: AnswerIdentity): Format {
  const { id, created, model } = identity;
  const callId = `call-${id}`;
  const head = `{"id":${JSON.stringify(id)},"object":"chat.completion.chunk","created":${created},"model":${JSON.stringify(model)},"choices":[`;
  const withDelta = (delta: string) =>
    `${head}{"index":0,"delta":${delta},"logprobs":null,"finish_reason":null}]`;
  const around = (channel: Channel): string => {
    switch (channel) {
      case "text":
        return withDelta('{"content":"\0"}');
      case "reasoning":
        return withDelta('{"reasoning_content":"\0"}');
      case "tool":
        return withDelta('{"tool_calls":[{"index":0,"function":{"arguments":"\0"}}]}');
    }
  };
  return {
    piece: (channel) => {
      const [before, after] = around(channel).split("\0");
      return { before: before!, after: after! };
    },
    channels: ["text", "reasoning", "tool"],
    opening: withDelta('{"role":"assistant","content":""}'),
    toolOpening: withDelta(
      `{"tool_calls":[{"id":${JSON.stringify(callId)},"type":"function","index":0,"function":{"name":"${TOOL_NAME}","arguments":""}}]}`,
    ),
    finish: (reason) =>
      `${head}{"index":0,"delta":{},"logprobs":null,"finish_reason":"${reason}","stop_reason":null}]`,
    empty: `${head}]`,
    finishHasUsage: false,
    whole: (answer) => wholeChat(identity, callId, answer),
  };
}

function wholeChat({ id, created, model }: AnswerIdentity, callId: string, answer: WholeAnswer): string {
  const call = (args: string) => ({
    id: callId,
    type: "function",
    function: { name: TOOL_NAME, arguments: args },
  });
  const message = {
    role: "assistant",
    reasoning_content: answer.reasoning,
    content: answer.toolArguments === null ? answer.text : null,
    tool_calls: answer.toolArguments === null ? [] : [call(answer.toolArguments)],
  };
  const choice = {
    index: 0,
    message,
    logprobs: null,
    finish_reason: answer.finishReason,
    stop_reason: null,
  };
  const fields = { id, object: "chat.completion", created, model, choices: [choice] };
  return `${JSON.stringify(fields).slice(0, -1)},"usage":${answer.usage}}`;
}
