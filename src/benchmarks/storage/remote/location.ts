import { usageError } from "../../../core/errors.ts";

/** Where samples lie that are not on this machine. Credentials stay in memory: they go to the reader threads and nowhere else. */
export type Remote =
  | { kind: "http" /** Ends in a slash. */; base: string }
  | {
      kind: "s3";
      bucket: string;
      /** Empty, or ends in a slash. */
      prefix: string;
      /** null: Amazon's for the region. */
      endpoint: string | null;
      region: string;
      /** null: requests are not signed. */
      credentials: { accessKeyId: string; secretAccessKey: string; sessionToken: string | null } | null;
    };

export interface S3Settings {
  endpoint: string | undefined;
  region: string | undefined;
  anonymous: boolean;
}

type Env = Readonly<Record<string, string | undefined>>;

/** Whether a --data-root is elsewhere. */
export function isRemote(dataRoot: string): boolean {
  return /^[a-z0-9+.-]+:\/\//i.test(dataRoot);
}

/** @throws ToolError USAGE */
export function parseRemote(dataRoot: string, s3: S3Settings, env: Env): Remote {
  const url = URL.parse(dataRoot);
  if (url === null) throw usageError(`--data-root: "${dataRoot}" is no URL`);
  switch (url.protocol) {
    case "http:":
    case "https:":
      if (url.username !== "" || url.password !== "" || url.search !== "") {
        throw usageError(
          "--data-root: a URL with a log-in or a query is not taken",
          "Name the folder's plain address.",
        );
      }
      return { kind: "http", base: withSlash(url.href) };
    case "s3:":
      return s3Of(url, s3, env);
    default:
      throw usageError(
        `--data-root: ${url.protocol}// is not known`,
        "A directory, http://, https:// or s3://bucket/prefix. Google's buckets answer to s3:// with HMAC keys and --s3-endpoint https://storage.googleapis.com.",
      );
  }
}

function s3Of({ host, pathname }: URL, { endpoint, region, anonymous }: S3Settings, env: Env): Remote {
  if (host === "") throw usageError("--data-root: s3:// needs a bucket", "As in s3://bucket/prefix.");
  const prefix = decodeURIComponent(pathname.slice(1));
  return {
    kind: "s3",
    bucket: host,
    prefix: prefix === "" ? "" : withSlash(prefix),
    endpoint: endpoint?.replace(/\/+$/, "") ?? null,
    region: region ?? "us-east-1",
    credentials: anonymous ? null : credentialsOf(env),
  };
}

function credentialsOf(env: Env) {
  const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey } = env;
  if (!accessKeyId || !secretAccessKey) {
    throw usageError(
      "there are no credentials for s3://",
      "Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or pass --s3-anonymous for a public bucket.",
    );
  }
  return { accessKeyId, secretAccessKey, sessionToken: env.AWS_SESSION_TOKEN || null };
}

function withSlash(path: string): string {
  return path.endsWith("/") ? path : `${path}/`;
}

/** As people write it; without anything secret. */
export function remoteName(remote: Remote): string {
  return remote.kind === "http" ? remote.base : `s3://${remote.bucket}/${remote.prefix}`;
}
