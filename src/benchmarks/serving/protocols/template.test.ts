import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { ToolError } from "../../../core/errors.ts";
import { fakeContent } from "./content.fake.ts";
import { Piece } from "./protocol.ts";
import { DEFAULT_TEMPLATE, type TemplateOptions, templateProtocol } from "./template.ts";

const bodyOf = (template: string, given: Parameters<typeof fakeContent>[0] = {}) =>
  JSON.parse(templateProtocol({ template }).body(fakeContent(given)));

function read(json: unknown, options: Partial<TemplateOptions> = {}): Piece {
  const piece = new Piece();
  templateProtocol({ template: DEFAULT_TEMPLATE, ...options }).readEvent(json, piece);
  return piece;
}

/** The error of a template, as wrong usage. */
function problem(template: string, options: Partial<TemplateOptions> = {}): ToolError {
  try {
    templateProtocol({ template, ...options });
  } catch (error) {
    expect(error).toBeInstanceOf(ToolError);
    expect([(error as ToolError).code, (error as ToolError).exit]).toEqual(["USAGE", 2]);
    return error as ToolError;
  }
  throw new Error(`${template} was accepted`);
}

describe("the body", () => {
  test("has prompt, length and model in their places, however often", () => {
    expect(
      bodyOf(
        '{"a":"{prompt}","b":["<{prompt}>"],"n":{max_tokens},"s":"{max_tokens} of {model}","c":{"d":"{model}"}}',
        {
          prompt: "Hi",
          maxTokens: 7,
          model: "org/m",
        },
      ),
    ).toEqual({ a: "Hi", b: ["<Hi>"], n: 7, s: "7 of org/m", c: { d: "org/m" } });
  });

  test("leaves all else as it is written, blanks and order included", () => {
    const template = ' { "z" : 1,\n "prompt" : "{prompt}" , "a" : [ 1.50, "\\u00e9", "{other}" ] } ';
    const body = templateProtocol({ template }).body(fakeContent({ prompt: "x" }));
    expect(body).toBe(template.replace("{prompt}", "x"));
  });

  test.each([
    ['a "quoted" word'],
    ["a \\ and a \\n"],
    ["two\nlines\r\n\tand a tab"],
    ["\u0000\u0007\u001f\u007f"],
    ["\u2028\u2029"],
    ["lone \ud800 and \udfff surrogates"],
    ["{max_tokens} {model} {prompt}"],
    ['"}, "stream": false, {"x": "'],
    ["$& $1 $` $' $$"],
    [""],
  ])("takes the prompt %j as it is", (prompt) => {
    expect(bodyOf(DEFAULT_TEMPLATE, { prompt, model: prompt })).toEqual({
      model: prompt,
      prompt,
      max_tokens: 16,
      stream: true,
    });
  });

  test("takes any prompt in any place of any template", () => {
    const text = fc.string({
      unit: fc.constantFrom(
        '"',
        "\\",
        "\n",
        "\ud83d",
        "\ude00",
        "{max_tokens}",
        "{model}",
        "{prompt}",
        "u0041",
        "x",
      ),
    });
    fc.assert(
      fc.property(fc.jsonValue(), text, text, fc.nat(), (around, prompt, model, maxTokens) => {
        const template = `{"around":${JSON.stringify(around)},"in":{"prompt":"[{prompt}]"},"n":{max_tokens},"m":"{model}"}`;
        // What a placeholder in `around` becomes is not asked here.
        fc.pre(!/\{(prompt|max_tokens|model)\}/.test(JSON.stringify(around)));
        expect(bodyOf(template, { prompt, model, maxTokens })).toEqual({
          around: JSON.parse(JSON.stringify(around)),
          in: { prompt: `[${prompt}]` },
          n: maxTokens,
          m: model,
        });
      }),
      { numRuns: 500 },
    );
  });
});

describe("a template that cannot be", () => {
  test.each(["", "{}", '{"prompt":"prompt"}', '{"prompt":"{ prompt }"}', "{PROMPT}"])(
    "%j has no {prompt}",
    (template) => {
      expect(problem(template).message).toBe("the request body template has no {prompt}");
    },
  );

  test.each([
    "{prompt}",
    '{"prompt":{prompt}}',
    '{"model":{model},"prompt":"{prompt}"}',
    '{"prompt":"{prompt}",}',
    '{"prompt":"{prompt}"',
    "{'prompt':'{prompt}'}",
    '{"prompt":"\\{prompt}"}',
    "prompt={prompt}&n={max_tokens}",
  ])("%j is not JSON", (template) => {
    const { message, hint } = problem(template);
    expect(message).toStartWith("the request body template is not JSON: ");
    expect(hint).toStartWith("Quote {prompt} and {model}, not {max_tokens}");
  });

  test("a bare string is no object", () => {
    expect(problem('"{prompt}"').message).toBe("the request body template is no JSON object");
  });

  test("a path that is none", () => {
    expect(problem(DEFAULT_TEMPLATE, { textPath: "a..b" }).message).toBe('"a..b" is no JSON path');
    expect(problem(DEFAULT_TEMPLATE, { tokensPath: "" }).message).toStartWith("a JSON path may not be empty");
  });
});

test.each([
  ['{"p":"{prompt}","stream":true}', true],
  ['{"p":"{prompt}","stream":false}', false],
  ['{"p":"{prompt}","stream":"true"}', false],
  ['{"p":"{prompt}"}', false],
  ['{"p":"{prompt}","parameters":{"stream":true}}', false],
])("%s asks for a stream: %p", (template, streams) => {
  expect(templateProtocol({ template }).streams).toBe(streams);
});

describe("text is found where servers usually put it", () => {
  test.each([
    ["OpenAI completions", { choices: [{ text: "Hi" }] }],
    ["OpenAI chat, a stream", { choices: [{ delta: { content: "Hi" } }] }],
    ["OpenAI chat, whole", { choices: [{ message: { content: "Hi" } }] }],
    ["SGLang", { text: "Hi", meta_info: {} }],
    ["vLLM's own", { text: ["Hi"] }],
    ["TGI", { generated_text: "Hi" }],
    ["Hugging Face's inference API", [{ generated_text: "Hi" }]],
    ["TGI, a stream", { token: { id: 5, text: "Hi" }, generated_text: null }],
    ["Triton", { text_output: "Hi" }],
    ["JetStream, Ollama", { response: "Hi" }],
    ["others", { output: "Hi" }],
    ["llama.cpp", { content: "Hi", stop: false }],
  ])("%s", (_, json) => {
    expect(read(json).text).toBe("Hi");
    const piece = new Piece();
    templateProtocol({ template: DEFAULT_TEMPLATE }).readAnswer(json, piece);
    expect(piece.text).toBe("Hi");
  });

  test("the last event of a TGI stream is its last token, not the whole answer once more", () => {
    expect(read({ token: { text: " end" }, generated_text: "the whole to the end" }).text).toBe(" end");
  });

  test("nowhere, there is none", () => {
    for (const json of [{}, { text: 5 }, { text: null }, { choices: [] }, null, "Hi", 5]) {
      expect(read(json).text).toBe("");
    }
  });
});

describe("a path of one's own", () => {
  test("is the only one", () => {
    const options = { textPath: "predictions[0][0].generated_text" };
    expect(read({ predictions: [[{ generated_text: "Hi" }]] }, options).text).toBe("Hi");
    expect(read({ text: "Hi" }, options).text).toBe("");
  });

  test("for tokens gives the output's count", () => {
    const options = { tokensPath: "meta.n" };
    expect(read({ text: "Hi", meta: { n: 7 } }, options).usage).toEqual({
      promptTokens: null,
      completionTokens: 7,
      cachedTokens: null,
      reasoningTokens: null,
    });
    expect(
      read({ usage: { prompt_tokens: 3, completion_tokens: 5 }, meta: { n: 7 } }, options).usage,
    ).toEqual({
      promptTokens: 3,
      completionTokens: 7,
      cachedTokens: null,
      reasoningTokens: null,
    });
  });

  test.each(["7", -1, 1.5, null, Number.POSITIVE_INFINITY])("%p is no count of tokens", (n) => {
    expect(read({ text: "Hi", meta: { n } }, { tokensPath: "meta.n" }).usage).toBeNull();
  });
});

test("error, finish reason and usage are read as OpenAI writes them", () => {
  expect(read({ error: { message: "no" } }).error).toBe("no");
  expect(read({ choices: [{ text: "", finish_reason: "stop" }] }).finishReason).toBe("stop");
  expect(read({ text: "Hi", usage: { prompt_tokens: 3, completion_tokens: 5 } }).usage).toEqual({
    promptTokens: 3,
    completionTokens: 5,
    cachedTokens: null,
    reasoningTokens: null,
  });
});
