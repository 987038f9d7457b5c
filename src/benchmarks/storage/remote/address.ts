import { tokenSource } from "../../../results/google/token.ts";
import { fetchText } from "./fetch-text.ts";
import type { Bucket, Remote } from "./location.ts";
import {
  type Failed,
  failedWith,
  type RetryOptions,
  tryAgain,
  trySignal,
  unlessAborted,
} from "./try-again.ts";

/** As long as S3 allows a signed address to be good for. */
const SIGNED_S = 7 * 24 * 3600;

/** Makes the address to get an object from; the signature is in it. @param name below the root */
export function addressMaker(remote: Remote): (name: string) => string {
  if (remote.kind === "http") return (name) => remote.base + escaped(name);
  const { bucket, prefix } = remote;
  const endpoint = endpointOf(remote);
  if (remote.kind === "gs") return (name) => `${endpoint}/${bucket}/${escaped(prefix + name)}`;
  const { region, credentials } = remote;
  if (credentials === null) return (name) => `${endpoint}/${bucket}/${escaped(prefix + name)}`;
  const client = s3Client(remote, endpoint, credentials, region);
  return (name) => client.presign(prefix + name, { expiresIn: SIGNED_S });
}

/** Makes what goes with each request beside its address: the token of gs://. @throws what the token server answers */
export function headersMaker(remote: Remote): () => Promise<Record<string, string>> {
  if (remote.kind !== "gs" || remote.credentials === null) return async () => ({});
  const token = tokenSource(remote.credentials);
  return async () => ({ authorization: `Bearer ${await token()}` });
}

/** Names and sizes of the objects below the root, by name. @throws what the store answers, or the abort's reason */
export async function listObjects(
  remote: Bucket,
  options: RetryOptions,
): Promise<{ name: string; bytes: number }[]> {
  const { prefix } = remote;
  const endpoint = endpointOf(remote);
  const headers = headersMaker(remote);
  const list =
    remote.kind === "gs" || remote.credentials === null
      ? (token: string | undefined) => listPlain(remote, endpoint, headers, token, options)
      : signedLister(s3Client(remote, endpoint, remote.credentials, remote.region), prefix, options);
  const objects: { name: string; bytes: number }[] = [];
  let token: string | undefined;
  do {
    const page = await list(token);
    for (const { key, bytes } of page.objects) objects.push({ name: key.slice(prefix.length), bytes });
    token = page.next;
  } while (token !== undefined);
  return objects.sort((a, b) => (a.name < b.name ? -1 : 1));
}

interface Page {
  objects: { key: string; bytes: number }[];
  next: string | undefined;
}

function signedLister(
  client: Bun.S3Client,
  prefix: string,
  options: RetryOptions,
): (token: string | undefined) => Promise<Page> {
  const once = async (token: string | undefined): Promise<{ done: Page } | Failed> => {
    try {
      const asked = { prefix, ...(token === undefined ? {} : { continuationToken: token }) };
      const page = await unlessAborted(client.list(asked), trySignal(options));
      return {
        done: {
          objects: (page.contents ?? []).map(({ key, size }) => ({ key, bytes: size ?? 0 })),
          next: page.isTruncated ? page.nextContinuationToken : undefined,
        },
      };
    } catch (error) {
      return failedWith(error);
    }
  };
  return (token) => tryAgain(() => once(token), options);
}

/** API: Amazon S3, ListObjectsV2, which Google's XML API answers as well. */
async function listPlain(
  { bucket, prefix }: Bucket,
  endpoint: string,
  headers: () => Promise<Record<string, string>>,
  token: string | undefined,
  options: RetryOptions,
): Promise<Page> {
  const query = new URLSearchParams({ "list-type": "2", prefix });
  if (token !== undefined) query.set("continuation-token", token);
  const text = (await fetchText(`${endpoint}/${bucket}?${query}`, headers, [], options)) ?? "";
  const inside = (xml: string, tag: string) =>
    unescaped(new RegExp(`<${tag}>([^<]*)</${tag}>`).exec(xml)?.[1] ?? "");
  const objects = [...text.matchAll(/<Contents>.*?<\/Contents>/gs)].map(([xml]) => ({
    key: inside(xml, "Key"),
    bytes: Number(inside(xml, "Size")),
  }));
  const isTruncated = inside(text, "IsTruncated") === "true";
  return { objects, next: isTruncated ? inside(text, "NextContinuationToken") : undefined };
}

function s3Client(
  { bucket }: Remote & { kind: "s3" },
  endpoint: string,
  { accessKeyId, secretAccessKey, sessionToken }: NonNullable<(Remote & { kind: "s3" })["credentials"]>,
  region: string,
): Bun.S3Client {
  const token = sessionToken === null ? {} : { sessionToken };
  return new Bun.S3Client({ bucket, endpoint, region, accessKeyId, secretAccessKey, ...token });
}

function endpointOf(remote: Bucket): string {
  if (remote.kind === "gs") return remote.endpoint;
  return remote.endpoint ?? `https://s3.${remote.region}.amazonaws.com`;
}

function escaped(name: string): string {
  return name.split("/").map(encodeURIComponent).join("/");
}

function unescaped(xml: string): string {
  const entities: Record<string, string> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };
  return xml.replace(/&(amp|lt|gt|quot|apos);/g, (_, name: string) => entities[name]!);
}
