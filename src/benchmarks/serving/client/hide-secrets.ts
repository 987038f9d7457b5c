import { REDACTED, redactText } from "../../../results/redact-text.ts";
import { isSecretName } from "../../../results/secret-name.ts";

/** Shorter values (`EMPTY`, `none`) are no secrets. */
const SHORTEST_SECRET = 6;

/** Takes the secrets of a request's headers out of what a server said: some repeat the key that they refuse. */
export function secretHider(headers: Readonly<Record<string, string>>): (said: string) => string {
  const secrets = Object.entries(headers)
    .filter(([name]) => isSecretName(name))
    // `Bearer KEY`: the key alone may be repeated.
    .map(([, value]) => value.split(" ").at(-1)!)
    .filter((secret) => secret.length >= SHORTEST_SECRET);
  return (said) => redactText(secrets.reduce((shown, secret) => shown.replaceAll(secret, REDACTED), said));
}
