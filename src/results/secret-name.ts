/** Last words of a name that holds a secret, in kebab case. */
const SECRET_ENDING =
  /(?:^|-)(?:api-?key|access-?key(?:-?id)?|access-id|secret-?key|private-?key|account-?key|subscription-?key|license-?key|hmac-?key|secret|token|password|passwd|passphrase|pwd|credentials?|authorization|auth|signature|cookie|bearer|client-?secret)$/;

/** Tokens of a vocabulary, or of an answer, not of a log-in. */
const HARMLESS_TOKEN =
  /(?:^|-)(?:eos|bos|pad|unk|sep|cls|mask|stop|start|end|first|last|next|per|special|time-to-first)-token$/;

/** Parts of signed URLs (AWS Signature V4, Google Cloud Storage): together they are as good as a key. */
const SIGNED_URL = /^x-(?:amz|goog)-/;

/** Query parameters too short or too common to be secrets elsewhere: Google's `key`, Azure's `sig`. */
const QUERY_ONLY = new Set(["key", "sig", "code", "pass"]);

/** `apiKey`, `API_KEY`, `api.key` → `api-key`; `AWSAccessKeyId` → `aws-access-key-id`. */
function kebab(name: string): string {
  return name
    .replace(/([a-z0-9])([A-Z])/g, "$1-$2")
    .replace(/([A-Z])([A-Z][a-z])/g, "$1-$2")
    .replace(/[_.]/g, "-")
    .toLowerCase();
}

/** Whether a flag, header, key or variable of this name holds something that must not be written down. */
export function isSecretName(name: string): boolean {
  const known = kebab(name.replace(/^-+/, ""));
  return SIGNED_URL.test(known) || (SECRET_ENDING.test(known) && !HARMLESS_TOKEN.test(known));
}

/** Likewise for a query parameter, or the exact name of a flag. */
export function isSecretParameter(name: string): boolean {
  return isSecretName(name) || QUERY_ONLY.has(kebab(name.replace(/^-+/, "")));
}

/** Likewise for an environment variable: any `…_KEY` as well. */
export function isSecretVariable(name: string): boolean {
  // The shell's working directories are no passwords.
  if (name === "PWD" || name === "OLDPWD") return false;
  return isSecretName(name) || /_KEY$/i.test(name);
}

/** Whether a header's value runs to the end of its line, blanks and all. */
export function isWholeLineSecret(name: string): boolean {
  return /(?:^|-)(?:authorization|cookie)$/.test(kebab(name));
}
