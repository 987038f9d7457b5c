import { backends } from "../../benchmarks/serving/protocols/registry.ts";
import { parseDecimal } from "../../core/units.ts";
import { optional, repeated, withDefault } from "../flags/flag.ts";
import * as kind from "../flags/kinds.ts";
import { leastTokens } from "./least-tokens.ts";

const weight: kind.Kind<number> = {
  placeholder: "SHARE",
  allowed: "a number above 0",
  parse(text) {
    const share = parseDecimal(text, true);
    return share !== null && share > 0 ? share : undefined;
  },
};

const target = { group: "Target" };

/** Flags for the server, and how it is asked. */
export const targetFlags = {
  endpoint: optional(
    kind.text("URL"),
    "the server, with the path that takes requests: http://localhost:8000/v1/completions",
    target,
  ),
  host: withDefault(
    kind.text("NAME"),
    "localhost",
    "the server's host, where no --endpoint is given",
    target,
  ),
  port: optional(
    kind.integer({ min: 1, max: 65_535 }),
    "the server's port, where no --endpoint is given",
    target,
  ),
  backend: optional(kind.choice(backends), "the wire format; without it the endpoint's path tells", target),
  model: optional(kind.text("NAME"), "the model to ask for; default the first of /v1/models", target),
  models: optional(
    kind.list(kind.text("NAME")),
    "in place of --model: several models behind the endpoint; each request, or conversation, asks one of them, drawn by the seed",
    target,
  ),
  trafficSplit: optional(
    kind.list(weight),
    "each of the --models' share of the requests, their sum 1; default equal shares",
    target,
  ),
  stream: withDefault(
    kind.toggle(),
    "true",
    "ask for a stream of tokens (--no-stream: whole answers)",
    target,
  ),
  continuousUsage: withDefault(
    kind.toggle(),
    "false",
    "ask for token counts with every chunk, which makes ITL exact where chunks hold several tokens (vLLM)",
    target,
  ),
  ignoreEos: withDefault(
    kind.toggle(),
    "false",
    "ask the server to go on past its end token (vLLM, SGLang)",
    target,
  ),
  minOutputTokens: optional(
    leastTokens,
    "ask the server for at least so many tokens an answer, max: as many as --output-tokens or the dataset ask for (min_tokens: vLLM, SGLang)",
    target,
  ),
  extraBody: optional(kind.text("JSON"), "further fields of each request's body, as a JSON object", target),
  header: repeated(kind.text("'NAME: VALUE'"), "a header of each request", target),
  apiKeyFile: optional(
    kind.text("FILE"),
    "file that holds the API key; without it OPENAI_API_KEY is used where it is set",
    target,
  ),
  requestBodyTemplate: optional(
    kind.text("JSON"),
    "each request's body, with {prompt}, {max_tokens} and {model} in it",
    target,
  ),
  responseTextPath: optional(
    kind.text("PATH"),
    "where the text stands in a template server's answers, such as choices[0].text",
    target,
  ),
  responseTokensPath: optional(
    kind.text("PATH"),
    "where the number of output tokens stands in a template server's answers",
    target,
  ),
  proxy: optional(kind.text("URL"), "proxy for all requests; HTTP_PROXY is ignored", target),
  insecure: withDefault(kind.toggle(), "false", "accept any TLS certificate", target),
  keepalive: withDefault(
    kind.toggle(),
    "true",
    "use connections again (--no-keepalive: a new one each)",
    target,
  ),
  preflight: withDefault(
    kind.toggle(),
    "true",
    "send one small request before the load, to find mistakes",
    target,
  ),
  calibrate: withDefault(
    kind.toggle(),
    "true",
    "before the load, measure this client's own errors against a simulated server, in 3 s at the most",
    target,
  ),
  preflightTimeout: withDefault(kind.duration("s"), "60s", "how long that request may take", target),
};
