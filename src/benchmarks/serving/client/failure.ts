import { messageOf, systemCode } from "../../../core/errors.ts";
import type { Failure, FailureClass, Phase } from "../record.ts";

/** Server texts are kept to this many characters. */
const MESSAGE_LENGTH = 300;

const DNS_CODES = new Set(["ENOTFOUND", "EAI_AGAIN", "EAI_FAIL", "ENODATA", "DNSException"]);
const CONNECT_CODES = new Set([
  "ECONNREFUSED",
  "ConnectionRefused",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "EADDRNOTAVAIL",
  "EMFILE",
  "FailedToOpenSocket",
]);

/** Why an abort was asked for: passed to `AbortController.abort`, comes back as the rejection. */
export class CutOff {
  readonly class: FailureClass;
  readonly message: string;

  constructor(failureClass: FailureClass, message: string) {
    this.class = failureClass;
    this.message = message;
  }
}

/** The class of what `fetch` or its body's reader rejected with. */
export function failureOf(error: unknown, phase: Phase): Failure {
  if (error instanceof CutOff) return { class: error.class, phase, message: error.message };
  const code = systemCode(error) ?? "";
  return {
    class: classOf(code, messageOf(error)),
    phase,
    message: shorten(textOf(code, messageOf(error))),
  };
}

/** What the kernel's codes of connections mean; the runtime's own words are no help to who reads them. */
const MEANINGS: Readonly<Record<string, string>> = {
  ECONNREFUSED: "nothing listens there",
  ConnectionRefused: "nothing listens there",
  ECONNRESET: "the connection was reset",
  EHOSTUNREACH: "the host cannot be reached",
  ENETUNREACH: "the network cannot be reached",
};

function textOf(code: string, message: string): string {
  const meaning = MEANINGS[code];
  if (meaning !== undefined) return `${code}: ${meaning}`;
  return message.includes(code) ? message : `${code} ${message}`;
}

function classOf(code: string, message: string): FailureClass {
  if (DNS_CODES.has(code)) return "dns";
  if (CONNECT_CODES.has(code)) return "connect";
  if (/CERT|TLS|SSL|UNABLE_TO_(GET|VERIFY)/i.test(code)) return "tls";
  if (/decompress|malformed|parse|invalid http/i.test(`${code} ${message}`)) return "parse";
  return "reset";
}

/** The class of an HTTP status that is no success, with what the body said. */
export function httpFailure(status: number, body: string): Failure {
  const failureClass: FailureClass =
    status === 429 ? "http-429" : status >= 500 ? "http-5xx" : status >= 400 ? "http-4xx" : "http-3xx";
  return { class: failureClass, phase: "connect", message: shorten(`HTTP ${status}: ${errorIn(body)}`) };
}

/** The message inside an error body, as OpenAI's and FastAPI's servers write it, else the body. */
function errorIn(body: string): string {
  try {
    const json = JSON.parse(body) as { error?: unknown; detail?: unknown; message?: unknown };
    const error = json.error ?? json.detail ?? json.message;
    const inner = (error as { message?: unknown } | undefined)?.message ?? error;
    return typeof inner === "string" ? inner : body;
  } catch {
    return body;
  }
}

export function shorten(text: string): string {
  const line = text.replace(/\s+/g, " ").trim();
  return line.length <= MESSAGE_LENGTH ? line : `${line.slice(0, MESSAGE_LENGTH - 1)}…`;
}
