import { usageError } from "../../../core/errors.ts";
import { type GoogleCredentials, googleCredentials } from "../../../results/google/credentials.ts";
import { storageEndpoint } from "../../../results/google/endpoint.ts";
import { type S3Credentials, s3Credentials } from "../../../results/s3-credentials.ts";
import { expandBraces } from "./brace-expansion.ts";

/** Where samples lie that are not on this machine. Credentials stay in memory: they go to the reader threads and nowhere else. */
export type Remote =
  | {
      kind: "http";
      /** Ends in a slash. */
      base: string;
      /** Tar shards below it; null where index files say what there is. */
      shards: readonly string[] | null;
    }
  | {
      kind: "s3";
      bucket: string;
      /** Empty, or ends in a slash. */
      prefix: string;
      /** null: Amazon's for the region. */
      endpoint: string | null;
      region: string;
      /** null: requests are not signed. */
      credentials: S3Credentials | null;
    }
  | {
      kind: "gs";
      bucket: string;
      /** As of S3. */
      prefix: string;
      endpoint: string;
      /** null: requests carry no token. */
      credentials: GoogleCredentials | null;
    };

/** A store that has buckets and tells what is in them. */
export type Bucket = Exclude<Remote, { kind: "http" }>;

export interface S3Settings {
  endpoint: string | undefined;
  region: string | undefined;
  anonymous: boolean;
}

const HTTP_HINT = "Name the folder's plain address; in a name ? is written %3F, # %23 and % %25.";

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
      if (isMoreThanPlace(url)) {
        throw usageError("--data-root: a URL with a log-in, a query or a fragment is not taken", HTTP_HINT);
      }
      return isShards(dataRoot)
        ? shardsOf(dataRoot)
        : { kind: "http", base: withSlash(url.href), shards: null };
    case "s3:":
      return s3Of(url, s3, env);
    case "gs:":
      return gsOf(url, s3, env);
    default:
      throw usageError(
        `--data-root: ${url.protocol}// is not known`,
        "A directory, http://, https://, s3://bucket/prefix or gs://bucket/prefix.",
      );
  }
}

function isShards(dataRoot: string): boolean {
  return /[{}]/.test(dataRoot) || dataRoot.endsWith(".tar");
}

/** Their folder ends before the first brace. */
function shardsOf(dataRoot: string): Remote {
  const brace = dataRoot.search(/[{}]/);
  const at = dataRoot.lastIndexOf("/", brace === -1 ? undefined : brace) + 1;
  const shards = expandBraces(dataRoot.slice(at)).map((name) => decoded(name, HTTP_HINT));
  const other = shards.find((name) => !name.endsWith(".tar"));
  if (other !== undefined) {
    throw usageError(`--data-root: "${other}" is no tar shard`, "Names that braces stand for end in .tar.");
  }
  const base = URL.parse(dataRoot.slice(0, at));
  if (base === null) {
    throw usageError(
      `--data-root ${dataRoot} names no folder of shards`,
      "Shards stand below a host, and braces behind it: https://host/data/shard-{000000..000009}.tar",
    );
  }
  return { kind: "http", base: base.href, shards };
}

function s3Of(url: URL, { endpoint, region, anonymous }: S3Settings, env: Env): Remote {
  return {
    kind: "s3",
    ...placeOf("s3", url),
    endpoint: endpoint?.replace(/\/+$/, "") ?? null,
    region: region ?? "us-east-1",
    credentials: anonymous ? null : credentialsOf(env),
  };
}

function gsOf(url: URL, { anonymous }: S3Settings, env: Env): Remote {
  return {
    kind: "gs",
    ...placeOf("gs", url),
    endpoint: storageEndpoint(env),
    credentials: anonymous ? null : googleCredentials(env),
  };
}

function placeOf(scheme: string, url: URL): { bucket: string; prefix: string } {
  const bucket = url.host;
  const hint = `As in ${scheme}://bucket/prefix; in a name ? is written %3F, # %23 and % %25.`;
  if (bucket === "") throw usageError(`--data-root: ${scheme}:// needs a bucket`, hint);
  if (isMoreThanPlace(url)) {
    throw usageError("--data-root: an address with a log-in, a query or a fragment is not taken", hint);
  }
  const prefix = decoded(url.pathname.slice(1), hint);
  return { bucket, prefix: prefix === "" ? "" : withSlash(prefix) };
}

function decoded(path: string, hint: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    throw usageError(`--data-root: "${path}" has a % that stands for nothing`, hint);
  }
}

/** A query or fragment counts where it is empty, too: its mark may be meant as part of a name. */
function isMoreThanPlace({ username, password, href }: URL): boolean {
  return username !== "" || password !== "" || /[?#]/.test(href);
}

function credentialsOf(env: Env): S3Credentials {
  const credentials = s3Credentials(env);
  if (credentials === null) {
    throw usageError(
      "there are no credentials for s3://",
      "Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or pass --s3-anonymous for a public bucket.",
    );
  }
  return credentials;
}

function withSlash(path: string): string {
  return path.endsWith("/") ? path : `${path}/`;
}

/** As people write it; without anything secret. */
export function remoteName(remote: Remote): string {
  return remote.kind === "http" ? remote.base : `${remote.kind}://${remote.bucket}/${remote.prefix}`;
}
