import { afterAll, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ToolError } from "../../core/errors.ts";
import { settingsOf, targetOf } from "./config.ts";
import { loadOf } from "./load.ts";
import { valuesOf } from "./values.fake.ts";

const target = (...argv: string[]) => targetOf(valuesOf(...argv), {});
const load = (...argv: string[]) => loadOf(valuesOf(...argv), null);

/** The error that `ask` throws, as wrong usage. */
function problem(ask: () => unknown): ToolError {
  try {
    ask();
  } catch (error) {
    expect(error).toBeInstanceOf(ToolError);
    expect([(error as ToolError).code, (error as ToolError).exit]).toEqual(["USAGE", 2]);
    return error as ToolError;
  }
  throw new Error("was accepted");
}

const folder = mkdtempSync(join(tmpdir(), "inferbench-config-"));
afterAll(() => rmSync(folder, { recursive: true }));

function file(name: string, content: string): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

describe("command lines of the tool that this one follows", () => {
  test("its first example: an endpoint of its own, driven by the default template", () => {
    const argv =
      "--endpoint http://localhost:8000/v1/generate --duration 60 --rate 20 --concurrency 8 --prompt-dist uniform --min-tokens 8 --max-tokens 128 --outdir ./results/run1 --gpu-monitor".split(
        " ",
      );
    const values = valuesOf(...argv);
    const { url, protocol } = targetOf(values, {});
    expect(url).toBe("http://localhost:8000/v1/generate");
    expect(protocol.name).toBe("template");
    const body = protocol.body({ ...settingsOf(values), model: "m", prompt: 'say "hi"', maxTokens: 12 });
    expect(JSON.parse(body)).toEqual({ model: "m", prompt: 'say "hi"', max_tokens: 12, stream: true });
    expect(loadOf(values, null)).toEqual({
      load: { kind: "open", arrival: { kind: "poisson", ratePerS: 20 }, concurrency: 8 },
      stop: { durationMs: 60_000, requests: null },
    });
    expect(values).toMatchObject({
      promptDist: "uniform",
      minTokens: 8,
      maxTokens: 128,
      outdir: "./results/run1",
      gpuMonitor: "auto",
    });
  });

  test("its second example: a body template for /v1/completions", () => {
    const values = valuesOf(
      ..."--endpoint http://localhost:8000/v1/completions --duration 120 --rate 50 --concurrency 16".split(
        " ",
      ),
      "--request-body-template",
      '{"model":"TinyLlama/TinyLlama-1.1B-Chat-v1.0","prompt":"{prompt}","max_tokens":128}',
      ..."--outdir ./results/run2 --gpu-monitor".split(" "),
    );
    const { url, protocol } = targetOf(values, {});
    expect(url).toBe("http://localhost:8000/v1/completions");
    expect(protocol.name).toBe("template");
    expect(protocol.streams).toBe(false);
    expect(
      JSON.parse(protocol.body({ ...settingsOf(values), model: "x", prompt: "hello", maxTokens: 5 })),
    ).toEqual({ model: "TinyLlama/TinyLlama-1.1B-Chat-v1.0", prompt: "hello", max_tokens: 128 });
  });

  test("its customizations", () => {
    const url = ["--endpoint", "http://h/v1/generate"];
    expect(
      valuesOf(...url, "--prompt-dist", "choices", "--choices-tokens", "32,64,128").choicesTokens,
    ).toEqual([32, 64, 128]);
    const template = '{"input":"{prompt}","max_new_tokens":128}';
    const { protocol } = target(...url, "--request-body-template", template);
    expect(
      JSON.parse(protocol.body({ ...settingsOf(valuesOf(...url)), model: "", prompt: "p", maxTokens: 1 })),
    ).toEqual({ input: "p", max_new_tokens: 128 });
    expect(valuesOf(...url, "--sample-prompts-file", "prompts.txt").samplePromptsFile).toBe("prompts.txt");
  });
});

describe("the server's address", () => {
  test.each([
    ["http://h:8000", "http://h:8000/v1/completions", "openai-completions"],
    ["http://h:8000/", "http://h:8000/v1/completions", "openai-completions"],
    ["http://h:8000/v1", "http://h:8000/v1/completions", "openai-completions"],
    ["http://h:8000/v1/", "http://h:8000/v1/completions", "openai-completions"],
    ["http://h:8000/v1/completions", "http://h:8000/v1/completions", "openai-completions"],
    ["https://h/openai/v1/chat/completions?v=2", "https://h/openai/v1/chat/completions?v=2", "openai-chat"],
    ["http://h:8000/generate", "http://h:8000/generate", "template"],
  ])("--endpoint %s", (endpoint, url, protocol) => {
    const found = target("--endpoint", endpoint);
    expect([found.url, found.protocol.name]).toEqual([url, protocol]);
  });

  test("the wire format that is named decides the path that is not", () => {
    expect(target("--endpoint", "http://h", "--backend", "openai-chat").url).toBe(
      "http://h/v1/chat/completions",
    );
    expect(target("--endpoint", "http://h", "--request-body-template", '{"a":"{prompt}"}').url).toBe(
      "http://h/v1/generate",
    );
  });

  test.each([
    [["--port", "8000"], "http://localhost:8000/v1/completions"],
    [["--host", "gpu-1", "--port", "8000"], "http://gpu-1:8000/v1/completions"],
    [["--host", "::1", "--port", "8000"], "http://[::1]:8000/v1/completions"],
    [["--host", "[::1]", "--port", "8000"], "http://[::1]:8000/v1/completions"],
    [
      ["--host", "10.0.0.1", "--port", "80", "--backend", "openai-chat"],
      "http://10.0.0.1/v1/chat/completions",
    ],
  ])("%j", (argv, url) => {
    expect(target(...argv).url).toBe(url);
  });

  test.each(["http://gpu-1", "gpu-1/v1", "gpu-1?x", "user@gpu-1", "a b", "gpu-1#x", "gpu-1\\x", "1:2"])(
    "--host %p is no host",
    (host) => {
      expect(problem(() => target("--host", host, "--port", "8000")).message).toEndWith(
        "is no host name and no address",
      );
    },
  );

  test("none at all is an error that says how to name it", () => {
    const { message, hint } = problem(() => target());
    expect(message).toBe("no server was named");
    expect(hint).toContain("--endpoint http://");
  });

  test.each(["localhost:8000", "h/v1/completions", "ftp://h", "file:///etc/passwd", "http://", "nonsense"])(
    "--endpoint %s is no URL",
    (endpoint) => {
      expect(problem(() => target("--endpoint", endpoint)).message).toBe(
        `--endpoint: "${endpoint}" is no URL`,
      );
    },
  );

  test("--proxy is checked likewise, and none is used without it", () => {
    expect(target("--endpoint", "http://h").proxy).toBe(false);
    expect(target("--endpoint", "http://h", "--proxy", "http://p:3128").proxy).toBe("http://p:3128/");
    expect(problem(() => target("--endpoint", "http://h", "--proxy", "p:3128")).message).toBe(
      '--proxy: "p:3128" is no URL',
    );
  });

  test("a password is in no error text", () => {
    for (const argv of [
      ["--endpoint", "ftp://me:hunter2@h/x"],
      ["--endpoint", "http://h", "--proxy", "socks5://me:hunter2@p"],
      ["--host", "http://me:hunter2@h", "--port", "1"],
    ]) {
      const { message, hint } = problem(() => target(...argv));
      expect(`${message} ${hint}`).not.toContain("hunter2");
    }
  });

  test("a log-in in the URL becomes a header, and is in the URL no more", () => {
    const { url, headers } = target("--endpoint", "http://me:p%40ss@h/v1/completions");
    expect(url).toBe("http://h/v1/completions");
    expect(headers.authorization).toBe(`Basic ${btoa("me:p@ss")}`);
    expect(target("--endpoint", "http://me:100%25%zz@h/v1").headers.authorization).toStartWith("Basic ");
  });
});

describe("headers", () => {
  const headers = (env: Record<string, string>, ...argv: string[]) =>
    targetOf(valuesOf("--endpoint", "http://h", ...argv), env).headers;

  test("are JSON's alone, where no key is set", () => {
    expect(headers({})).toEqual({ "content-type": "application/json" });
    expect(headers({ OPENAI_API_KEY: "" })).not.toHaveProperty("authorization");
    expect(headers({ OPENAI_API_KEY: " \n" })).not.toHaveProperty("authorization");
  });

  test("carry the key: from --header, else the file, else the URL, else the environment", () => {
    const env = { OPENAI_API_KEY: "from-env\n" };
    const key = ["--api-key-file", file("key", "from-file\n")];
    expect(headers(env).authorization).toBe("Bearer from-env");
    expect(headers(env, ...key).authorization).toBe("Bearer from-file");
    expect(headers(env, ...key, "--header", "Authorization: mine").authorization).toBe("mine");
    const withLogin = (...argv: string[]) => targetOf(valuesOf("--endpoint", "http://a:b@h", ...argv), env);
    expect(withLogin().headers.authorization).toStartWith("Basic ");
    expect(withLogin(...key).headers.authorization).toBe("Bearer from-file");
  });

  test("of one's own are taken as they are, the last of a name winning", () => {
    const given = ["--header", "X-A: 1", "--header", "x-b:2", "--header", "x-c: a: b ", "--header", "X-a:"];
    expect(headers({}, ...given)).toMatchObject({ "x-a": "", "x-b": "2", "x-c": "a: b " });
  });

  test.each([
    "Authorization Bearer sk-1234",
    "sk-1234",
    ": sk-1234",
    "x y: sk-1234",
    "x: sk-1234\ny: z",
    "x: sk-1234\u0000",
    "x: sk-1234 漢",
  ])("%j is refused, and not shown: it may be a secret", (line) => {
    const { message, hint } = problem(() => headers({}, "--header", line));
    expect(message).toBe("--header is no header");
    expect(hint).toBe('Write it as "Name: value".');
    expect(problem(() => headers({}, "--header", "a: b", "--header", line)).message).toBe(
      "--header number 2 is no header",
    );
  });

  test("a key that cannot be one is an error that names its source, not the key", () => {
    for (const bad of ["sk-1234\nsk-5678", "sk 1234", "sk-1234é", "sk-1234\u0000"]) {
      const path = file("bad", bad);
      const inFile = problem(() => headers({}, "--api-key-file", path)).message;
      const inEnv = problem(() => headers({ OPENAI_API_KEY: bad })).message;
      expect(inFile).toContain(path);
      expect(inEnv).toContain("OPENAI_API_KEY");
      expect(inFile + inEnv).not.toContain("1234");
    }
  });

  test("a key file that is empty or not there is an error, not a run without a key", () => {
    const empty = file("empty", "\n");
    expect(problem(() => headers({ OPENAI_API_KEY: "x" }, "--api-key-file", empty)).message).toBe(
      `the API key file ${empty} is empty`,
    );
    expect(problem(() => headers({}, "--api-key-file", join(folder, "none"))).message).toContain("ENOENT");
  });
});

describe("flags that the wire format has no place for", () => {
  const template = ["--endpoint", "http://h/generate"];

  test.each([
    [["--ignore-eos"]],
    [["--min-output-tokens", "4"]],
    [["--continuous-usage"]],
    [["--extra-body", "{}"]],
    [["--no-stream"]],
  ])("%j with a template", (argv) => {
    expect(problem(() => target(...template, ...argv)).message).toBe(`${argv[0]} has no place in a template`);
  });

  test("--no-stream is no contradiction to a template that asks for no stream", () => {
    const argv = [...template, "--request-body-template", '{"prompt":"{prompt}"}', "--no-stream"];
    expect(target(...argv).protocol.streams).toBe(false);
  });

  test.each(["--response-text-path", "--response-tokens-path"])("%s with an OpenAI server", (name) => {
    expect(problem(() => target("--endpoint", "http://h/v1/completions", name, "a.b")).message).toBe(
      `${name} is for template servers, and this one is openai-completions`,
    );
    expect(target(...template, name, "a.b").protocol.name).toBe("template");
  });
});

test("the rest of the target", () => {
  const plain = target("--endpoint", "http://h");
  expect(plain).toMatchObject({ keepalive: true, tls: { rejectUnauthorized: true }, keepText: false });
  const changed = target("--endpoint", "http://h", "--no-keepalive", "--insecure", "--tokenizer", "x");
  expect(changed).toMatchObject({ keepalive: false, tls: { rejectUnauthorized: false }, keepText: true });
});

describe("settings", () => {
  test("ask for a stream with usage, unless told otherwise", () => {
    expect(settingsOf(valuesOf())).toEqual({
      stream: true,
      includeUsage: true,
      continuousUsage: false,
      ignoreEos: false,
      minTokens: null,
      extra: {},
    });
    const argv = ["--no-stream", "--continuous-usage", "--ignore-eos", "--min-output-tokens", "max"];
    expect(settingsOf(valuesOf(...argv, "--extra-body", '{"temperature": 0}'))).toEqual({
      stream: false,
      includeUsage: true,
      continuousUsage: true,
      ignoreEos: true,
      minTokens: "max",
      extra: { temperature: 0 },
    });
  });

  test.each(["[1]", "5", "null", '"a"', "{", "{a: 1}"])("--extra-body %s is no JSON object", (given) => {
    expect(problem(() => settingsOf(valuesOf("--extra-body", given))).message).toBe(
      `--extra-body: ${given} is no JSON object`,
    );
  });
});

describe("load and end", () => {
  test.each([
    [[], { kind: "closed", concurrency: 8 }, { durationMs: 60_000, requests: null }],
    [["--concurrency", "3"], { kind: "closed", concurrency: 3 }, { durationMs: 60_000, requests: null }],
    [["--num-prompts", "50"], { kind: "closed", concurrency: 8 }, { durationMs: null, requests: 50 }],
    [
      ["--max-concurrency", "3", "--num-requests", "50", "--duration", "5m"],
      { kind: "closed", concurrency: 3 },
      { durationMs: 300_000, requests: 50 },
    ],
    [
      ["--rate", "90/m"],
      { kind: "open", arrival: { kind: "poisson", ratePerS: 1.5 }, concurrency: null },
      { durationMs: 60_000, requests: null },
    ],
    [
      ["--request-rate", "20", "--concurrency", "8", "--num-prompts", "10"],
      { kind: "open", arrival: { kind: "poisson", ratePerS: 20 }, concurrency: 8 },
      { durationMs: null, requests: 10 },
    ],
    [
      ["--rate", "inf"],
      { kind: "open", arrival: { kind: "poisson", ratePerS: Number.POSITIVE_INFINITY }, concurrency: null },
      { durationMs: null, requests: 1000 },
    ],
    [
      ["--rate", "inf", "--num-prompts", "7", "--concurrency", "2"],
      { kind: "open", arrival: { kind: "poisson", ratePerS: Number.POSITIVE_INFINITY }, concurrency: 2 },
      { durationMs: null, requests: 7 },
    ],
  ])("%j", (argv, kind, stop) => {
    expect(load(...argv)).toEqual({ load: kind, stop } as never);
  });

  test("--duration with --rate inf would have no effect, so it is refused", () => {
    const { message, hint } = problem(() => load("--rate", "inf", "--duration", "60"));
    expect(message).toStartWith("--duration has no effect with --rate inf");
    expect(hint).toBe("Give --num-prompts.");
  });

  test("of conversations it ends the later turns, so it is not refused", () => {
    expect(load("--rate", "inf", "--duration", "60", "--conversations").stop).toEqual({
      durationMs: 60_000,
      requests: 1000,
    });
  });

  test("--until goes on until its conditions hold, for 10 minutes at the most or as long as is said", () => {
    const until = [{ text: "ttft.p99:5%", metric: "ttft", statistic: "p99", share: 0.05 }] as const;
    const rated = ["--rate", "5", "--until", "ttft.p99:5%"];
    expect(load(...rated).stop).toEqual({ durationMs: 600_000, requests: null, until });
    expect(load(...rated, "--max-duration", "30m").stop).toEqual({
      durationMs: 1_800_000,
      requests: null,
      until,
    });
    expect(load("--until", "ttft.p99:5%", "--num-prompts", "900").stop).toEqual({
      durationMs: 600_000,
      requests: 900,
      until,
    });
    expect(load(...rated, "--until", "tpot.mean:1%").stop.until!.length).toBe(2);
  });

  test.each([
    [["--until", "ttft.p99:5%", "--duration", "60"], "--duration and --until both", "Give --max-duration"],
    [["--max-duration", "60"], "--max-duration has no effect without --until", "Give --duration"],
    [
      ["--rate", "inf", "--until", "ttft.p99:5%"],
      "--until has no effect with --rate inf",
      "Give --num-prompts",
    ],
    [["--until", "ttft.p99"], "is no condition", "--until ttft.p99:5%"],
  ] as [string[], string, string][])("%j is refused", (argv, message, hint) => {
    const said = problem(() => load(...argv));
    expect(said.message).toContain(message);
    expect(said.hint).toContain(hint);
  });

  test.each([
    [["--rate", "1e9"]],
    [["--rate", "1e9", "--num-prompts", "100000000"]],
    [["--rate", "inf", "--num-prompts", "100000000"]],
    [["--rate", "1000", "--duration", "24h"]],
  ])("a schedule that no memory holds is refused before it is made: %j", (argv) => {
    expect(problem(() => load(...argv)).message).toMatch(/would have [\d,]+ requests, more than 20,000,000$/);
  });

  test("a high rate is no problem where the number of requests is not", () => {
    expect(load("--rate", "1e9", "--num-prompts", "10").stop).toEqual({ durationMs: null, requests: 10 });
  });

  test.each([
    ["--rate", "0"],
    ["--concurrency", "0"],
    ["--num-prompts", "0"],
    ["--duration", "0"],
    ["--duration", "-5"],
  ])("%s %s is out of range", (name, value) => {
    expect(problem(() => valuesOf(name, value)).message).toStartWith(`${name}: "${value}" is not a `);
  });
});

describe("how requests follow one another", () => {
  test.each([
    [["--rate", "5", "--arrival", "constant"], { kind: "constant", ratePerS: 5 }],
    [
      ["--rate", "5", "--arrival", "gamma", "--burstiness", "0.5"],
      { kind: "gamma", ratePerS: 5, burstiness: 0.5 },
    ],
    [["--rate", "8", "--arrival", "burst", "--burst-size", "4"], { kind: "burst", size: 4, everyMs: 500 }],
    [
      ["--ramp", "linear:10-100/60s"],
      { kind: "ramp", shape: "linear", fromPerS: 10, toPerS: 100, overMs: 60_000 },
    ],
  ] as [string[], object][])("%j", (argv, arrival) => {
    expect(load(...argv).load).toEqual({ kind: "open", arrival, concurrency: null } as never);
  });

  test.each([
    [["--arrival", "gamma"], "--rate"],
    [["--rate", "5", "--burstiness", "2"], "--arrival gamma"],
    [["--rate", "5", "--arrival", "gamma"], "--burstiness"],
    [["--rate", "5", "--arrival", "burst"], "--burst-size"],
    [["--rate", "5", "--ramp", "linear:1-2/1s"], "Give one of them"],
    [["--rate", "inf", "--arrival", "constant"], "at once"],
    [["--time-scale", "2"], "--trace"],
  ] as [string[], string][])("%j is refused", (argv, word) => {
    let said = "";
    try {
      load(...argv);
    } catch (error) {
      said = `${(error as Error).message} ${(error as { hint?: string }).hint}`;
    }
    expect(said).toContain(word);
  });
});
