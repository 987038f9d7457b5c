import type { Remote } from "./location.ts";

/** As long as S3 allows a signed address to be good for. */
const SIGNED_S = 7 * 24 * 3600;

/** Makes the address to get an object from; the signature is in it. @param name below the root */
export function addressMaker(remote: Remote): (name: string) => string {
  if (remote.kind === "http") return (name) => remote.base + escaped(name);
  const { bucket, prefix, region, credentials } = remote;
  const endpoint = endpointOf(remote);
  if (credentials === null) return (name) => `${endpoint}/${bucket}/${escaped(prefix + name)}`;
  const client = s3Client(remote, endpoint, credentials, region);
  return (name) => client.presign(prefix + name, { expiresIn: SIGNED_S });
}

/** Names and sizes of the objects below the root, by name. Of S3 only. @throws what the store answers */
export async function listObjects(
  remote: Remote & { kind: "s3" },
): Promise<{ name: string; bytes: number }[]> {
  const { prefix, credentials, region } = remote;
  const endpoint = endpointOf(remote);
  const list =
    credentials === null
      ? (token: string | undefined) => listUnsigned(remote, endpoint, token)
      : signedLister(s3Client(remote, endpoint, credentials, region), prefix);
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

function signedLister(client: Bun.S3Client, prefix: string): (token: string | undefined) => Promise<Page> {
  return async (token) => {
    const page = await client.list({ prefix, ...(token === undefined ? {} : { continuationToken: token }) });
    return {
      objects: (page.contents ?? []).map(({ key, size }) => ({ key, bytes: size ?? 0 })),
      next: page.isTruncated ? page.nextContinuationToken : undefined,
    };
  };
}

/** API: Amazon S3, ListObjectsV2. */
async function listUnsigned(
  { bucket, prefix }: Remote & { kind: "s3" },
  endpoint: string,
  token?: string,
): Promise<Page> {
  const query = new URLSearchParams({ "list-type": "2", prefix });
  if (token !== undefined) query.set("continuation-token", token);
  const response = await fetch(`${endpoint}/${bucket}?${query}`);
  const text = await response.text();
  if (!response.ok) throw new Error(`status ${response.status}`);
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

function endpointOf({ endpoint, region }: Remote & { kind: "s3" }): string {
  return endpoint ?? `https://s3.${region}.amazonaws.com`;
}

function escaped(name: string): string {
  return name.split("/").map(encodeURIComponent).join("/");
}

function unescaped(xml: string): string {
  const entities: Record<string, string> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };
  return xml.replace(/&(amp|lt|gt|quot|apos);/g, (_, name: string) => entities[name]!);
}
