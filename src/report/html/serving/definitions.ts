import { metricTable } from "../../../benchmarks/serving/metric-table.ts";
import type { FailureClass, Phase } from "../../../benchmarks/serving/record.ts";
import { type Definition, definedBy, definitionList } from "../definition-list.ts";
import { type Html, html } from "../html.ts";

/* Every word of the page that has a definition; METHODS.md has them at length. */

const metrics: readonly Definition[] = metricTable.map(({ id, name, unit, doc }) => ({
  id: `metric-${id}`,
  name,
  text: `${doc}${unit === "ms" ? ", in ms" : ""}`,
}));

const terms = [
  { id: "term-whole", name: "whole run", text: "first intended send to last end" },
  {
    id: "term-steady",
    name: "steady window",
    text: "after the warm-up cut (MSER-5 on TTFT and on requests in flight; the first tenth of a short run) until the last intended send; a request belongs to it by its intended time",
  },
  { id: "term-due", name: "due", text: "requests whose intended send time came" },
  {
    id: "term-succeeded",
    name: "succeeded",
    text: "status 2xx, at least one token, no error event, an orderly end",
  },
  {
    id: "term-unfinished",
    name: "unfinished",
    text: "cut off by the end of the run: their latencies are only known to be longer",
  },
  {
    id: "term-requestThroughput",
    name: "request throughput",
    text: "successful ends in the window / window",
  },
  {
    id: "term-outputThroughput",
    name: "output throughput",
    text: "tokens received in the window / window, whether their request finished or not",
  },
  {
    id: "term-goodput",
    name: "goodput",
    text: "share of all requests due that met every service level; failures and unfinished ones did not. Wilson's 95 % interval",
  },
  {
    id: "term-stalls",
    name: "stalls",
    text: "gaps between chunks over a threshold, and the share of answers that have one, with Wilson's 95 % interval",
  },
  {
    id: "term-n",
    name: "n",
    text: "values that the figure is over: requests, or gaps of all requests (ITL, ICL)",
  },
  {
    id: "term-interval",
    name: "95 % interval",
    text: "of independent values by order statistics (quantiles) and Student's t (mean); of dependent ones by a block bootstrap, of gaps by a bootstrap over requests. ?: n is too small for this bound",
  },
  { id: "term-small", name: "*", text: "n is too small to trust this quantile: n < 5/(1-q)" },
  { id: "term-bound", name: "≥", text: "a lower bound: requests were unfinished when the run ended" },
  {
    id: "term-client",
    name: "client",
    text: "fit, doubtful or unfit: whether the load generator's own delays were small against the latencies shown, and the load was the one asked for",
  },
] as const satisfies readonly Definition[];

export type Term = (typeof terms)[number]["id"];

const failures: Readonly<Record<FailureClass, string>> = {
  dns: "no connection: the name is not known",
  connect: "no connection: refusal, or no route",
  tls: "no connection: certificate",
  "timeout-first-token": "no token within --first-token-timeout",
  "timeout-between-chunks": "no chunk within --chunk-timeout",
  "timeout-total": "not done within --request-timeout",
  "http-3xx": "a redirect; they are not followed",
  "http-4xx": "refused by status",
  "http-429": "too many requests",
  "http-5xx": "the server's error",
  reset: "the connection was lost before the answer was complete",
  "stream-error": "an error event inside a stream that began with status 200",
  truncated: "the body ended in order, but without finish reason and without [DONE]",
  empty: "an orderly answer without any token",
  parse: "an event, or the answer, is not JSON",
  client: "a worker process of the client ended",
  aborted: "the run ended first: unfinished",
};

const phases: Readonly<Record<Phase, string>> = {
  queue: "waited for a slot of --concurrency",
  connect: "no response yet",
  "first-token": "response without a token",
  body: "between the first token and the end",
};

/** A word whose definition shows on hover and on focus. */
export function defined(text: string, id: Term | `metric-${string}`): Html {
  return definedBy(text, id);
}

export function definitionsHtml(): Html {
  const named = (prefix: string, of: Readonly<Record<string, string>>) =>
    Object.entries(of).map(([name, text]) => ({ id: `${prefix}-${name}`, name, text }));
  return html`${definitionList("Metrics", metrics)}${definitionList("Terms", terms)}${definitionList("Classes of failure", named("failure", failures))}${definitionList("How far a failed request had come", named("phase", phases))}`;
}
