import { isSecretName, isSecretParameter, isWholeLineSecret } from "./secret-name.ts";

/** What stands in place of a secret. */
export const REDACTED = "[redacted]";

/** Keys that are known by their look, whatever stands around them. */
const KEY_SHAPES = [
  /\bsk-[A-Za-z0-9_-]{16,}/g, // OpenAI, Anthropic
  /\bhf_[A-Za-z0-9]{16,}/g, // Hugging Face
  /\bnvapi-[A-Za-z0-9_-]{16,}/g, // NVIDIA
  /\bgsk_[A-Za-z0-9]{16,}/g, // Groq
  /\b(?:AKIA|ASIA)[0-9A-Z]{16}\b/g, // AWS access key id
  /\bAIza[A-Za-z0-9_-]{30,}/g, // Google API key
  /\bya29\.[A-Za-z0-9_-]+/g, // Google OAuth
  /\bgh[opsu]_[A-Za-z0-9]{16,}/g, // GitHub
  /\bgithub_pat_[A-Za-z0-9_]{16,}/g,
  /\bglpat-[A-Za-z0-9_-]{16,}/g, // GitLab
  /\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]*)?/g, // JSON Web Token
];

/** `scheme://user:password@`: everything before the last @ of the authority. */
const USERINFO = /\b([a-z][a-z0-9+.-]{0,20}:\/\/)[^\s/?#"'<>]+@/gi;

const BEARER = /\b(bearer)\s+[A-Za-z0-9._~+/=-]{4,}/gi;

/** A name, then `=` or `:` with quotes (also escaped ones) and blanks allowed between; linear in the length of the text. */
const ASSIGNMENT = /([?&;#]?)(?<![\w.-])(\w[\w.-]*)((?:\\?["'])?\s*[=:]\s*(?:\\?["'])?)/g;

const VALUE = /(?:(?:Bearer|Basic|Digest|Token)\s+)?(?:\[redacted\]|[^\s"'\\,;&#}\])<>]+)/iy;
const LINE_VALUE = /[^\r\n"'\\}<>]+/y;

/**
 * Text without what looks like a secret: log-ins in URLs, secret query parameters, header lines, `name=value` and JSON members
 * with a secret's name, bearer tokens and keys of known make. Errs on the side of hiding.
 */
export function redactText(text: string): string {
  let shown = text.replace(USERINFO, `$1${REDACTED}@`);
  shown = redactAssignments(shown).replace(BEARER, `$1 ${REDACTED}`);
  for (const shape of KEY_SHAPES) shown = shown.replace(shape, REDACTED);
  return shown;
}

function redactAssignments(text: string): string {
  let out = "";
  let copied = 0;
  ASSIGNMENT.lastIndex = 0;
  for (let match = ASSIGNMENT.exec(text); match !== null; match = ASSIGNMENT.exec(text)) {
    const [whole, before, name] = match as unknown as [string, string, string];
    const isSecret = before === "" ? isSecretName(name) : isSecretParameter(name);
    // The next name may be the value of this one (`url: key=…`), or be reached through its separator (`https://…`).
    ASSIGNMENT.lastIndex = match.index + before.length + name.length;
    if (!isSecret) continue;
    const from = match.index + whole.length;
    const value = before === "" && isWholeLineSecret(name) ? LINE_VALUE : VALUE;
    value.lastIndex = from;
    const found = value.exec(text)?.[0] ?? "";
    if (found === "" || isCount(name, found)) continue;
    out += text.slice(copied, from) + REDACTED;
    copied = from + found.length;
    ASSIGNMENT.lastIndex = copied;
  }
  return out + text.slice(copied);
}

/** `first token: 3` speaks of a number, not of a log-in. */
function isCount(name: string, value: string): boolean {
  return /token$/i.test(name) && /^\d{1,9}(?:\.\d+)?$/.test(value);
}
