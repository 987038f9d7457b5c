import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as v from "valibot";
import { messageOf, usageError } from "../../core/errors.ts";

type Env = Readonly<Record<string, string | undefined>>;

/** Where access tokens for Google Cloud Storage come from. */
export type GoogleCredentials =
  | { kind: "token"; token: string }
  | { kind: "service-account"; email: string; privateKey: string; tokenUri: string }
  | { kind: "user"; clientId: string; clientSecret: string; refreshToken: string; tokenUri: string }
  /** The metadata service of the machine, `http://HOST`. */
  | { kind: "metadata"; base: string };

const TOKEN_URI = "https://oauth2.googleapis.com/token";
const METADATA_HOST = "metadata.google.internal";
/** Where `gcloud auth application-default login` leaves them. */
const GCLOUD_FILE = ".config/gcloud/application_default_credentials.json";

const text = v.pipe(v.string(), v.nonEmpty());
const File = v.variant("type", [
  v.object({
    type: v.literal("service_account"),
    client_email: text,
    private_key: text,
    token_uri: v.optional(text, TOKEN_URI),
  }),
  v.object({
    type: v.literal("authorized_user"),
    client_id: text,
    client_secret: text,
    refresh_token: text,
    token_uri: v.optional(text, TOKEN_URI),
  }),
]);

/**
 * Google's application default credentials: GOOGLE_OAUTH_ACCESS_TOKEN, the file of GOOGLE_APPLICATION_CREDENTIALS, gcloud's, else the
 * metadata service (at GCE_METADATA_HOST). Contacts nobody.
 * Source: https://cloud.google.com/docs/authentication/application-default-credentials
 * @throws ToolError USAGE for a file that cannot be used
 */
export function googleCredentials(env: Env): GoogleCredentials {
  if (env.GOOGLE_OAUTH_ACCESS_TOKEN) return { kind: "token", token: env.GOOGLE_OAUTH_ACCESS_TOKEN };
  if (env.GOOGLE_APPLICATION_CREDENTIALS) {
    return fromFile(env.GOOGLE_APPLICATION_CREDENTIALS, "GOOGLE_APPLICATION_CREDENTIALS");
  }
  const gcloud = env.HOME ? join(env.HOME, GCLOUD_FILE) : null;
  if (gcloud !== null && isThere(gcloud)) return fromFile(gcloud, "gcloud's credentials");
  return { kind: "metadata", base: `http://${env.GCE_METADATA_HOST || METADATA_HOST}` };
}

function isThere(path: string): boolean {
  try {
    readFileSync(path);
    return true;
  } catch {
    return false;
  }
}

function fromFile(path: string, name: string): GoogleCredentials {
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(path, "utf8"));
  } catch (error) {
    throw usageError(`${name}: cannot read ${path}: ${messageOf(error)}`);
  }
  const parsed = v.safeParse(File, content);
  if (!parsed.success) {
    throw usageError(
      `${name}: ${path} holds no service account or user credentials`,
      "Make one with gcloud auth application-default login, or set GOOGLE_OAUTH_ACCESS_TOKEN.",
    );
  }
  const file = parsed.output;
  if (file.type === "authorized_user") {
    const { client_id: clientId, client_secret: clientSecret, refresh_token: refreshToken } = file;
    return { kind: "user", clientId, clientSecret, refreshToken, tokenUri: file.token_uri };
  }
  const { client_email: email, private_key: privateKey, token_uri: tokenUri } = file;
  return { kind: "service-account", email, privateKey, tokenUri };
}
