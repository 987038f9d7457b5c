import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { createRedactor } from "./redact.ts";
import { redactText } from "./redact-text.ts";
import { isSecretName } from "./secret-name.ts";

const plain = createRedactor();

describe("a command line", () => {
  const cases: [string[], string][] = [
    [["serving", "--api-key", "sk-1", "--rate", "5"], "serving --api-key [redacted] --rate 5"],
    [["--api_key=abc", "--seed", "1"], "--api_key=[redacted] --seed 1"],
    [["--key", "abc"], "--key [redacted]"],
    [["--auth", "--stream"], "--auth --stream"],
    [["--header", "Authorization: Bearer abc def"], "--header 'Authorization: [redacted]'"],
    [["-H", "x-api-key: abc"], "-H 'x-api-key: [redacted]'"],
    [["--header=Cookie: a=b; c=d"], "'--header=Cookie: [redacted]'"],
    [["-H", "Accept: text/plain"], "-H 'Accept: text/plain'"],
    [["--extra-body", '{"api_key": "abc", "n": 1}'], `--extra-body '{"api_key": "[redacted]", "n": 1}'`],
    [["--url", "http://me:pw@host:8000/v1"], "--url http://[redacted]@host:8000/v1"],
    [
      ["--max-tokens", "5", "--tokenizer", "gpt2", "--eos-token", "</s>"],
      "--max-tokens 5 --tokenizer gpt2 --eos-token '</s>'",
    ],
    [["--prompt", "it's"], `--prompt 'it'\\''s'`],
    [["--empty", ""], "--empty ''"],
  ];
  for (const [argv, shown] of cases) test(argv.join(" "), () => expect(plain.commandLine(argv)).toBe(shown));
});

describe("text", () => {
  const cases: [string, string][] = [
    ["https://h/v1?key=abc&model=m", "https://h/v1?key=[redacted]&model=m"],
    ["https://h/v1?a=1&access_token=abc#x", "https://h/v1?a=1&access_token=[redacted]#x"],
    [
      "https://acct.blob.core.windows.net/c?sv=2024&sig=a%2Fb%3D&se=9",
      "https://acct.blob.core.windows.net/c?sv=2024&sig=[redacted]&se=9",
    ],
    [
      "https://b.s3.amazonaws.com/o?X-Amz-Credential=AK%2F2&X-Amz-Date=2&X-Amz-Signature=ff",
      "https://b.s3.amazonaws.com/o?X-Amz-Credential=[redacted]&X-Amz-Date=[redacted]&X-Amz-Signature=[redacted]",
    ],
    [
      "https://storage.googleapis.com/o?GoogleAccessId=me&Signature=ff",
      "https://storage.googleapis.com/o?GoogleAccessId=[redacted]&Signature=[redacted]",
    ],
    ["redis://default:p@ss@10.0.0.1:6379/0", "redis://[redacted]@10.0.0.1:6379/0"],
    ["GET failed: Bearer abcdef.123 was refused", "GET failed: Bearer [redacted] was refused"],
    ["Authorization: Basic dXNlcjpwYXNz\nHost: x", "Authorization: [redacted]\nHost: x"],
    [
      '{"headers":{"Authorization":"Bearer abc"},"model":"m"}',
      '{"headers":{"Authorization":"[redacted]"},"model":"m"}',
    ],
    ['body "{\\"api_key\\": \\"abc\\"}"', 'body "{\\"api_key\\": \\"[redacted]\\"}"'],
    ["HF_TOKEN=hf_short ./run", "HF_TOKEN=[redacted] ./run"],
    [
      "AWS_SECRET_ACCESS_KEY=a/b+c AWS_REGION=us-east-1",
      "AWS_SECRET_ACCESS_KEY=[redacted] AWS_REGION=us-east-1",
    ],
    ["key hf_abcdefghijklmnopqrst rejected", "key [redacted] rejected"],
    ["Incorrect API key provided: sk-proj-abcdefghijklmnop.", "Incorrect API key provided: [redacted]."],
    ["credential AKIAIOSFODNN7EXAMPLE", "credential [redacted]"],
    ["got eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.sig_nature", "got [redacted]"],
    ["password: hunter2, retry", "password: [redacted], retry"],
  ];
  for (const [given, shown] of cases) {
    test(JSON.stringify(given).slice(0, 60), () => {
      expect(redactText(given)).toBe(shown);
      expect(redactText(shown)).toBe(shown);
    });
  }

  const untouched = [
    "http://127.0.0.1:8000/v1/chat/completions?stream=true",
    "TTFT 12 ms, first token: 3, tokens: 128, next_token: 5",
    "model meta-llama/Llama-3.1-8B, tokenizer: gpt2, key: value, task-1234567890123456",
    "mail me@example.org, time 12:30:01, ratio 3:4",
    "ECONNREFUSED connect [::1]:8000 (attempt 2)",
  ];
  for (const given of untouched) test(`untouched: ${given}`, () => expect(redactText(given)).toBe(given));

  test("takes linear time for long words", () => {
    const started = performance.now();
    for (const unit of ["a", "a.", "key", "a=", "://", "eyJ", "http://a"]) redactText(unit.repeat(200_000));
    expect(performance.now() - started).toBeLessThan(3000);
  });
});

describe("known values", () => {
  const secretText = fc.string({
    unit: fc.constantFrom(..."abcXYZ019-_.+/=~!%"),
    minLength: 6,
    maxLength: 40,
  });
  const secret = secretText.filter((text) => !text.startsWith("--") && !"[redacted]".includes(text));
  const surround = fc.string({ unit: fc.constantFrom(...'QRS \n:"{}/?&=,'), maxLength: 20 });

  test("are hidden wherever they turn up", () => {
    fc.assert(
      fc.property(secret, surround, surround, (value, before, after) => {
        for (const redactor of [
          createRedactor({ env: { OPENAI_API_KEY: value } }),
          createRedactor({ env: { HF_TOKEN: value, HOME: "/root" } }),
          createRedactor({ argv: ["serving", "--api-key", value] }),
          createRedactor({ argv: ["serving", `--api_key=${value}`] }),
          createRedactor({ argv: ["serving", "-H", `Authorization: Bearer ${value}`] }),
        ]) {
          for (const text of [
            `${before}${value}${after}`,
            encodeURIComponent(value),
            JSON.stringify({ x: value }),
          ]) {
            const shown = redactor.text(text);
            expect(shown).not.toContain(value);
            expect(shown).not.toContain(encodeURIComponent(value));
          }
        }
      }),
    );
  });

  test("too short to be secrets are left alone", () => {
    const redactor = createRedactor({
      env: { OPENAI_API_KEY: "EMPTY", SOME_TOKEN: "" },
      argv: ["--api-key", "none"],
    });
    expect(redactor.text("EMPTY none")).toBe("EMPTY none");
  });

  test("the longer of two is hidden whole", () => {
    const redactor = createRedactor({ env: { A_TOKEN: "abcdef", B_TOKEN: "abcdefghi" } });
    expect(redactor.text("x abcdefghi y")).toBe("x [redacted] y");
  });

  test("a password in a URL of the command line is known too", () => {
    const redactor = createRedactor({ argv: ["--redis", "redis://u:hunter22@h:1"] });
    expect(redactor.text("log-in hunter22 failed")).toBe("log-in [redacted] failed");
  });
});

test("headers keep their names", () => {
  const headers = {
    Authorization: "Bearer a",
    "X-API-Key": "b",
    "Content-Type": "application/json",
    "x-goog-api-key": "c",
  };
  expect(plain.headers(headers)).toEqual({
    Authorization: "[redacted]",
    "X-API-Key": "[redacted]",
    "Content-Type": "application/json",
    "x-goog-api-key": "[redacted]",
  });
});

test("a plan keeps its shape", () => {
  const plan = {
    target: { url: "http://u:p@h/?key=a", apiKey: "abc", headers: ["Authorization: Bearer x"] },
    maxTokens: 5,
    token: null,
    seed: 1,
    apiKeyVariable: "OPENAI_API_KEY",
    password: "",
  };
  expect(plain.value(plan)).toEqual({
    target: {
      url: "http://[redacted]@h/?key=[redacted]",
      apiKey: "[redacted]",
      headers: ["Authorization: [redacted]"],
    },
    maxTokens: 5,
    token: null,
    seed: 1,
    apiKeyVariable: "OPENAI_API_KEY",
    password: "",
  });
});

test("names are told apart", () => {
  for (const name of [
    "api_key",
    "apiKey",
    "--api-key",
    "X-Api-Key",
    "HF_TOKEN",
    "authToken",
    "client_secret",
    "AWSAccessKeyId",
  ]) {
    expect(isSecretName(name)).toBe(true);
  }
  for (const name of [
    "tokens",
    "max_tokens",
    "tokenizer",
    "eosToken",
    "first_token",
    "key",
    "image-key",
    "author",
    "monkey",
  ]) {
    expect(isSecretName(name)).toBe(false);
  }
});
