import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { ToolError } from "../core/errors.ts";
import { type MockServer, startMock } from "./server.ts";
import { CHAT, COMPLETIONS, chatBody, promptBody, stream, textOf } from "./testing/client.ts";
import { exchangeRaw, parseAnswer } from "./testing/raw-client.ts";
import { generatedText } from "./text/words.ts";

const FAST = { kind: "fixed", ttftMs: 5, itlMs: 1 } as const;
let mock: MockServer;
beforeAll(async () => {
  mock = await startMock({ engine: FAST, models: ["alpha", "beta"], maxModelLen: 100 });
});
afterAll(() => mock.stop());

async function post(path: string, body: unknown, headers: Record<string, string> = {}) {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  const response = await fetch(mock.url + path, { method: "POST", body: text, headers });
  const content = await response.text();
  return {
    status: response.status,
    headers: response.headers,
    json: content === "" ? null : JSON.parse(content),
  };
}

describe("what is no generation", () => {
  test("health, models, tokenize", async () => {
    expect((await fetch(`${mock.url}/health`)).status).toBe(200);
    const models = (await (await fetch(`${mock.url}/v1/models`)).json()) as {
      data: Record<string, unknown>[];
    };
    expect(models.data.map(({ id }) => id)).toEqual(["alpha", "beta"]);
    expect(models.data[0]).toMatchObject({ object: "model", max_model_len: 100, owned_by: "inferbench" });
    expect((await post("/tokenize", { prompt: "a  b\nc" })).json).toMatchObject({
      count: 3,
      max_model_len: 100,
    });
    const { messages } = chatBody(1);
    expect((await post("/tokenize", { messages })).json.tokens.length).toBe(3);
    expect((await post("/tokenize", { text: "a" })).status).toBe(400);
  });

  test("unknown paths and wrong methods", async () => {
    expect((await fetch(`${mock.url}/v2/nothing`)).status).toBe(404);
    expect((await fetch(`${mock.url}${CHAT}`)).status).toBe(405);
    expect((await post("/health", {})).status).toBe(405);
  });

  test("bytes that are no HTTP are refused and the connection ends", async () => {
    const raw = await exchangeRaw(mock.port, "what is this\r\n\r\n");
    expect(parseAnswer(raw.bytes).status).toBe(400);
    expect(raw.end).toBe("fin");
  });

  test("pipelined requests are answered in order on one connection", async () => {
    const get = (path: string, more = "") => `GET ${path} HTTP/1.1\r\nhost: x\r\n${more}\r\n`;
    const raw = await exchangeRaw(
      mock.port,
      get("/health") + get("/nope") + get("/v1/models", "connection: close\r\n"),
    );
    const statuses = raw.bytes.toString().match(/HTTP\/1\.1 \d+/g);
    expect(statuses).toEqual(["HTTP/1.1 200", "HTTP/1.1 404", "HTTP/1.1 200"]);
  });
});

describe("requests that are refused", () => {
  test.each([
    [COMPLETIONS, "{not json", 400, "no JSON"],
    [COMPLETIONS, { max_tokens: 3 }, 400, "prompt"],
    [COMPLETIONS, promptBody(0), 400, "max_tokens"],
    [COMPLETIONS, promptBody(1, { n: 2 }), 400, "n"],
    [COMPLETIONS, { prompt: ["a", "b"] }, 400, "prompt"],
    [CHAT, { messages: "hello" }, 400, "messages"],
    [CHAT, chatBody(3, { model: "gamma" }), 404, "The model `gamma` does not exist."],
    [CHAT, chatBody(98), 400, "maximum context length is 100 tokens. However, you requested 101 tokens"],
    ["/generate", { text: "a" }, 400, "none of prompt"],
  ] as const)("%s case %#", async (path, body, status, message) => {
    const { status: got, json } = await post(path, body);
    expect(got).toBe(status);
    expect(json.error.code).toBe(status);
    expect(json.error.message).toContain(message);
    expect(json.error.type).toMatch(/Error$/);
  });
});

describe("whole answers", () => {
  test("completions, with any kind of prompt", async () => {
    for (const [prompt, tokens] of [
      ["a b c", 3],
      [["a b"], 2],
      [[1, 2, 3, 4], 4],
      [[[1, 2]], 2],
    ] as const) {
      const { json, headers } = await post(COMPLETIONS, { model: "beta", prompt, max_tokens: 6 });
      const number = Number(headers.get("x-mock-request"));
      expect(json).toMatchObject({ id: `cmpl-mock-${number}`, object: "text_completion", model: "beta" });
      expect(json.choices[0].text).toBe(generatedText(1, number, 6));
      expect(json.choices[0].finish_reason).toBe("length");
      expect(json.usage).toEqual({ prompt_tokens: tokens, total_tokens: tokens + 6, completion_tokens: 6 });
    }
  });

  test("chat, with text parts and without a limit", async () => {
    const parts = [{ type: "text", text: "three four" }, { type: "image_url" }];
    const messages = [
      { role: "system", content: "one two" },
      { role: "user", content: parts },
    ];
    const { json } = await post(CHAT, { messages });
    expect(json.object).toBe("chat.completion");
    expect(json.choices[0].message.role).toBe("assistant");
    expect(json.usage).toMatchObject({ prompt_tokens: 4, completion_tokens: 16 });
    const newer = await post(CHAT, { messages, max_completion_tokens: 3 });
    expect(newer.json.usage.completion_tokens).toBe(3);
  });

  test("the generic format takes its prompt and limits under several names", async () => {
    for (const body of [
      { prompt: "a b", max_tokens: 4 },
      { input: "a b", max_new_tokens: 4 },
      { inputs: "a b", parameters: { max_new_tokens: 4 } },
      { text_input: "a b", parameters: { max_tokens: 4 }, temperature: 0 },
    ]) {
      const { json } = await post("/v1/generate", body);
      expect(json.text[0].split(" ").length).toBe(5);
      expect(json.usage).toEqual({ prompt_tokens: 2, total_tokens: 6, completion_tokens: 4 });
    }
  });
});

describe("streams", () => {
  test("chat: role, one token an event, finish, then usage if asked for, then [DONE]", async () => {
    const plain = await stream(mock.port, CHAT, chatBody(4));
    expect(plain.chunks[0]?.choices?.[0]?.delta).toEqual({ role: "assistant", content: "" });
    expect(
      plain.chunks.slice(1, 5).map(({ choices }) => choices?.[0]?.delta?.content?.trim().length),
    ).not.toContain(0);
    expect(plain.chunks[5]?.choices?.[0]?.finish_reason).toBe("length");
    expect([plain.chunks.length, plain.isDone, plain.isWhole, plain.end]).toEqual([6, true, true, "fin"]);
    const asked = await stream(mock.port, CHAT, chatBody(4, { stream_options: { include_usage: true } }));
    expect(asked.chunks.length).toBe(7);
    expect(asked.chunks[6]).toMatchObject({ choices: [], usage: { prompt_tokens: 3, completion_tokens: 4 } });
  });

  test("completions: usage in each chunk counts the tokens so far", async () => {
    const options = { stream_options: { include_usage: true, continuous_usage_stats: true } };
    const { chunks, isDone } = await stream(mock.port, COMPLETIONS, promptBody(3, options));
    expect(chunks.map(({ usage }) => usage?.completion_tokens)).toEqual([1, 2, 3, 3, 3]);
    expect(textOf(chunks).split(" ").length).toBe(4);
    expect(isDone).toBe(true);
  });

  test("the generic format: pieces of text, then one event with usage", async () => {
    const { chunks, isDone } = await stream(mock.port, "/generate", { prompt: "a b c", max_tokens: 2 });
    expect(chunks.length).toBe(3);
    expect(chunks[2]).toMatchObject({ text: "", usage: { prompt_tokens: 3, completion_tokens: 2 } });
    expect(isDone).toBe(true);
  });

  test("streamed and whole text of the same request number are the same", async () => {
    const id = (await stream(mock.port, COMPLETIONS, promptBody(12))).chunks[0]!.id!;
    const number = Number(id.replace("cmpl-mock-", ""));
    const again = await startMock({ engine: FAST });
    let text = "";
    for (let i = 1; i <= number; i++)
      text = textOf((await stream(again.port, COMPLETIONS, promptBody(12))).chunks);
    expect(text).toBe(generatedText(1, number, 12));
    await again.stop();
  });
});

describe("settings", () => {
  test("an API key is asked for everywhere but at /health and /metrics", async () => {
    const locked = await startMock({ engine: FAST, apiKey: "sesame" });
    const status = async (path: string, headers = {}) => (await fetch(locked.url + path, { headers })).status;
    expect(await status("/health")).toBe(200);
    expect(await status("/metrics")).toBe(200);
    expect(await status("/v1/models")).toBe(401);
    expect(await status("/v1/models", { authorization: "Bearer open" })).toBe(401);
    expect(await status("/v1/models", { authorization: "Bearer sesame" })).toBe(200);
    await locked.stop();
  });

  test("any model, if asked for; drawn lengths end with stop; the prefix cache is reported", async () => {
    const server = await startMock({
      engine: FAST,
      anyModel: true,
      outputDist: "fixed",
      outputTokens: 3,
      hasPrefixCache: true,
    });
    const prompt = Array.from({ length: 40 }, (_, i) => `word${i}`).join(" ");
    const ask = async () =>
      (await (
        await fetch(`${server.url}${COMPLETIONS}`, {
          method: "POST",
          body: JSON.stringify({ model: "whatever", prompt, max_tokens: 50 }),
        })
      ).json()) as { model: string; choices: { finish_reason: string }[]; usage: object };
    expect((await ask()).usage).toMatchObject({ prompt_tokens_details: { cached_tokens: 0 } });
    const second = await ask();
    expect(second.usage).toMatchObject({
      completion_tokens: 3,
      prompt_tokens_details: { cached_tokens: 32 },
    });
    expect([second.model, second.choices[0]?.finish_reason]).toEqual(["whatever", "stop"]);
    await server.stop();
  });

  test("a taken port is an error that says what to do", async () => {
    const error = await startMock({ port: mock.port }).catch((e: unknown) => e);
    expect(error).toBeInstanceOf(ToolError);
    const { message, hint, exit } = error as ToolError;
    expect(message).toContain("the port is taken");
    expect(hint).toContain("--port 0");
    expect(exit).toBe(4);
  });
});
