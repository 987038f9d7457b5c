import { readFileSync } from "node:fs";
import type { Gate } from "../../analysis/gate.ts";
import type { TargetOptions } from "../../benchmarks/serving/client/http-client.ts";
import { parseGate } from "../../benchmarks/serving/gates.ts";
import type { RequestSettings } from "../../benchmarks/serving/plan.ts";
import type { Protocol } from "../../benchmarks/serving/protocols/protocol.ts";
import { chooseProtocol } from "../../benchmarks/serving/protocols/registry.ts";
import { DEFAULT_TEMPLATE } from "../../benchmarks/serving/protocols/template.ts";
import { parseSlos, type SloSet } from "../../benchmarks/serving/slo.ts";
import { messageOf, usageError } from "../../core/errors.ts";
import { redactText } from "../../results/redact-text.ts";
import type { FlagValues } from "../flags/flag.ts";
import type { servingFlags } from "./flags.ts";

export type ServingValues = FlagValues<typeof servingFlags>;

/** Where requests go and how. @throws ToolError USAGE */
export function targetOf(
  values: ServingValues,
  env: Readonly<Record<string, string | undefined>>,
): TargetOptions {
  const url = endpointUrl(values);
  const protocol = chooseProtocol(url.pathname, values.backend, {
    template: values.requestBodyTemplate,
    textPath: values.responseTextPath,
    tokensPath: values.responseTokensPath,
  });
  // A base address, as OpenAI's clients take it: http://host:8000, or …/v1 behind any prefix.
  if (url.pathname === "/") url.pathname = protocol.defaultPath;
  else url.pathname = url.pathname.replace(/\/v1\/?$/, protocol.defaultPath);
  refuseWithoutEffect(values, protocol);
  const headers = headersOf(values, url, env);
  // The log-in is in the headers now; the URL is shown in messages and files.
  url.username = "";
  url.password = "";
  return {
    url: url.href,
    protocol,
    headers,
    proxy: values.proxy === undefined ? false : checkedUrl(values.proxy, "--proxy").href,
    tls: { rejectUnauthorized: !values.insecure },
    keepalive: values.keepalive,
    keepText: values.tokenizer !== undefined,
  };
}

/** Flags that the wire format has no place for are errors, not ignored. */
function refuseWithoutEffect(values: ServingValues, protocol: Protocol): void {
  const isTemplate = protocol.name === "template";
  const { requestBodyTemplate = DEFAULT_TEMPLATE } = values;
  if (isTemplate && asksSeveral(values) && !requestBodyTemplate.includes("{model}"))
    throw usageError(
      "--models has no place in a --request-body-template without {model}",
      'Write it where the name belongs, as in "model": "{model}".',
    );
  for (const [name, given] of [
    ["--ignore-eos", values.ignoreEos],
    ["--min-output-tokens", values.minOutputTokens !== undefined],
    ["--continuous-usage", values.continuousUsage],
    ["--extra-body", values.extraBody !== undefined],
    ["--no-stream", !values.stream && protocol.streams],
  ] as const) {
    if (isTemplate && given) {
      throw usageError(
        `${name} has no place in a template`,
        name === "--no-stream"
          ? 'Give a --request-body-template without "stream": true.'
          : "Write the field into --request-body-template.",
      );
    }
  }
  for (const [name, given] of [
    ["--response-text-path", values.responseTextPath],
    ["--response-tokens-path", values.responseTokensPath],
  ] as const) {
    if (!isTemplate && given !== undefined) {
      throw usageError(`${name} is for template servers, and this one is ${protocol.name}`);
    }
  }
}

function endpointUrl(values: ServingValues): URL {
  if (values.endpoint !== undefined) return checkedUrl(values.endpoint, "--endpoint");
  if (values.port === undefined) {
    throw usageError(
      "no server was named",
      "Give --endpoint http://HOST:PORT/v1/completions, or --host and --port.",
    );
  }
  const host = values.host.includes(":") && !values.host.startsWith("[") ? `[${values.host}]` : values.host;
  const url = URL.parse(`http://${host}:${values.port}`);
  if (url === null || /[/?#@\\\s]/.test(host)) {
    throw usageError(
      `--host: "${redactText(values.host)}" is no host name and no address`,
      "For a whole URL use --endpoint.",
    );
  }
  return url;
}

/** @throws ToolError USAGE for what is no URL of a web server */
export function checkedUrl(text: string, flag: string): URL {
  const url = URL.parse(text);
  if (url === null || !["http:", "https:"].includes(url.protocol)) {
    throw usageError(
      `${flag}: "${redactText(text)}" is no URL`,
      "It begins with http:// or https://, as in http://localhost:8000/v1/completions.",
    );
  }
  return url;
}

function headersOf(
  values: ServingValues,
  url: URL,
  env: Readonly<Record<string, string | undefined>>,
): Record<string, string> {
  const headers: Record<string, string> = { "content-type": "application/json" };
  const authorization = authorizationOf(values, url, env);
  if (authorization !== null) headers.authorization = authorization;
  for (const [i, line] of values.header.entries()) {
    const match = /^([!#$%&'*+.^_`|~\w-]+):[ \t]*([\t\x20-\x7e\x80-\xff]*)$/.exec(line);
    // The text may be a secret: it is not shown.
    if (match === null) {
      const which = values.header.length === 1 ? "" : ` number ${i + 1}`;
      throw usageError(`--header${which} is no header`, 'Write it as "Name: value".');
    }
    headers[match[1]!.toLowerCase()] = match[2]!;
  }
  return headers;
}

/** From --api-key-file, else the log-in in the endpoint's URL, else OPENAI_API_KEY. */
function authorizationOf(
  values: ServingValues,
  url: URL,
  env: Readonly<Record<string, string | undefined>>,
): string | null {
  if (values.apiKeyFile !== undefined) {
    return bearer(readKey(values.apiKeyFile), `the file ${values.apiKeyFile}`);
  }
  const login = basicLogin(url);
  if (login !== null) return login;
  const key = env.OPENAI_API_KEY?.trim() ?? "";
  return key === "" ? null : bearer(key, "OPENAI_API_KEY");
}

/** The log-in in a URL as a header's value; null: there is none. */
export function basicLogin({ username, password }: URL): string | null {
  if (username === "" && password === "") return null;
  const login = Buffer.from(`${percentDecoded(username)}:${percentDecoded(password)}`);
  return `Basic ${login.toString("base64")}`;
}

function bearer(key: string, source: string): string {
  if (/^[\x21-\x7e]+$/.test(key)) return `Bearer ${key}`;
  throw usageError(`the API key in ${source} has blanks, line ends or other characters that no key has`);
}

function percentDecoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function readKey(path: string): string {
  let key: string;
  try {
    key = readFileSync(path, "utf8").trim();
  } catch (error) {
    throw usageError(`cannot read --api-key-file: ${messageOf(error)}`);
  }
  if (key === "") throw usageError(`the API key file ${path} is empty`);
  return key;
}

function asksSeveral({ models }: ServingValues): boolean {
  return models !== undefined && models.length > 1;
}

/** What all requests share but the model, which the server may have to name. @throws ToolError USAGE */
export function settingsOf(values: ServingValues): Omit<RequestSettings, "model"> {
  const extra = extraOf(values.extraBody);
  if (asksSeveral(values) && "model" in extra)
    throw usageError(`--extra-body sets "model", and --models names several`, "Leave it out.");
  return {
    stream: values.stream,
    includeUsage: true,
    continuousUsage: values.continuousUsage,
    ignoreEos: values.ignoreEos,
    minTokens: values.minOutputTokens ?? null,
    extra,
  };
}

function extraOf(text: string | undefined): Record<string, unknown> {
  if (text === undefined) return {};
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "object" && value !== null && !Array.isArray(value))
      return value as Record<string, unknown>;
  } catch {}
  throw usageError(`--extra-body: ${text} is no JSON object`, `Example: --extra-body '{"temperature": 0}'`);
}

/** What the run is held against. @throws ToolError USAGE */
export function verdictOf(values: ServingValues): { slos: SloSet | null; gates: Gate[]; stallMs: number } {
  const slos = values.slo === undefined ? null : parseSlos(values.slo);
  const gates = values.gate.map(parseGate);
  const needsSlo = gates.find(({ figure }) => figure.startsWith("goodput"));
  if (needsSlo !== undefined && slos === null) {
    throw usageError(
      `--gate "${needsSlo.text}" needs to know what a good request is`,
      "Say it with --slo, as in --slo ttft=500ms,tpot=50ms.",
    );
  }
  return { slos, gates, stallMs: values.stall };
}
