import { sign } from "node:crypto";
import * as v from "valibot";
import { assertNever } from "../../core/errors.ts";
import type { GoogleCredentials } from "./credentials.ts";

/** What a token is good for. Source: https://cloud.google.com/storage/docs/oauth-scopes */
const SCOPES = {
  read: "https://www.googleapis.com/auth/devstorage.read_only",
  write: "https://www.googleapis.com/auth/devstorage.read_write",
} as const;
export type Access = keyof typeof SCOPES;

const METADATA_PATH = "/computeMetadata/v1/instance/service-accounts/default/token";
const TIMEOUT_MS = 10_000;
/** A token is used no longer than until so long before its end. */
const MARGIN_MS = 60_000;
/** The longest that Google lets an assertion be good for. */
const ASSERTION_S = 3600;

const Answer = v.object({ access_token: v.pipe(v.string(), v.nonEmpty()), expires_in: v.number() });

/**
 * Gives a token that is good, asking for another one only when it has to. The function throws what the token server answers.
 * @param access that a service account's token is to have; others bring their own
 */
export function tokenSource(credentials: GoogleCredentials, access: Access = "read"): () => Promise<string> {
  if (credentials.kind === "token") return async () => credentials.token;
  let token = "";
  let until = 0;
  return async () => {
    if (Date.now() < until) return token;
    const answer = await ask(credentials, access);
    token = answer.access_token;
    until = Date.now() + answer.expires_in * 1000 - MARGIN_MS;
    return token;
  };
}

async function ask(credentials: Exclude<GoogleCredentials, { kind: "token" }>, access: Access) {
  const [url, init] = requestFor(credentials, access);
  const response = await fetch(url, {
    ...init,
    signal: AbortSignal.timeout(TIMEOUT_MS),
    redirect: "error",
    proxy: false,
  } as RequestInit);
  // The body of a refusal may repeat what was sent.
  if (!response.ok) throw new Error(`no access token: ${new URL(url).host} answered ${response.status}`);
  return v.parse(Answer, await response.json());
}

/** API: OAuth 2.0, RFC 6749 (refresh), RFC 7523 (assertion); Compute Engine's metadata server. */
function requestFor(
  credentials: Exclude<GoogleCredentials, { kind: "token" }>,
  access: Access,
): [string, RequestInit] {
  switch (credentials.kind) {
    case "metadata":
      return [`${credentials.base}${METADATA_PATH}`, { headers: { "metadata-flavor": "Google" } }];
    case "user":
      return [
        credentials.tokenUri,
        form({
          grant_type: "refresh_token",
          client_id: credentials.clientId,
          client_secret: credentials.clientSecret,
          refresh_token: credentials.refreshToken,
        }),
      ];
    case "service-account": {
      const grant = "urn:ietf:params:oauth:grant-type:jwt-bearer";
      return [credentials.tokenUri, form({ grant_type: grant, assertion: assertion(credentials, access) })];
    }
    default:
      return assertNever(credentials);
  }
}

function form(fields: Record<string, string>): RequestInit {
  return { method: "POST", body: new URLSearchParams(fields) };
}

function assertion(
  { email, privateKey, tokenUri }: GoogleCredentials & { kind: "service-account" },
  access: Access,
): string {
  const now = Math.floor(Date.now() / 1000);
  const claims = { iss: email, scope: SCOPES[access], aud: tokenUri, iat: now, exp: now + ASSERTION_S };
  const encoded = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const signed = `${encoded({ alg: "RS256", typ: "JWT" })}.${encoded(claims)}`;
  return `${signed}.${sign("RSA-SHA256", Buffer.from(signed), privateKey).toString("base64url")}`;
}
