/** What a stand-in of a store was asked. */
export interface Asked {
  method: string;
  /** With the query. */
  path: string;
  authorization: string | null;
  body: string;
}

/** A stand-in of Google Cloud Storage and of S3 on this machine. */
export interface FakeStore {
  origin: string;
  asked: Asked[];
  /** Objects by `bucket/name`. */
  objects: Map<string, string>;
  stop(): Promise<void>;
}

/**
 * Has the bucket `results`. `write-only` may be written to alone, `forbidden` not even that; `busy` answers 503 to each upload's first try,
 * `full` to all.
 */
export function startFakeStore(): FakeStore {
  const asked: Asked[] = [];
  const objects = new Map<string, string>();
  const busy = new Set<string>();
  const refuse = (status: number, message: string) =>
    Response.json({ error: { code: status, message } }, { status });
  const server = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    async fetch(request) {
      const url = new URL(request.url);
      const body = await request.text();
      const path = url.pathname + url.search;
      asked.push({ method: request.method, path, authorization: request.headers.get("authorization"), body });
      const google = /^(\/upload)?\/storage\/v1\/b\/([^/]+)(\/.*)?$/.exec(url.pathname);
      if (google === null) return s3(request.method, url, body);
      const [, isUpload, bucket = "", rest = ""] = google;
      if (bucket === "missing") return refuse(404, "The specified bucket does not exist.");
      if (isUpload !== undefined) {
        if (bucket === "full") return refuse(503, "Backend error, token=ya29.abcdefgh");
        if (bucket === "busy" && !busy.has(path)) {
          busy.add(path);
          return refuse(503, "slow down");
        }
        objects.set(`${bucket}/${url.searchParams.get("name")}`, body);
        return Response.json({ bucket });
      }
      if (rest === "/iam/testPermissions")
        return Response.json(bucket === "write-only" ? { permissions: ["storage.objects.create"] } : {});
      return ["write-only", "forbidden"].includes(bucket)
        ? refuse(403, "no storage.buckets.get access")
        : Response.json({ name: bucket });
    },
  });
  function s3(method: string, url: URL, body: string): Response {
    const [, bucket, ...name] = url.pathname.split("/");
    const failed = (status: number, code: string) =>
      new Response(
        `<?xml version="1.0"?><Error><Code>${code}</Code><Message>${code} it is</Message></Error>`,
        { status },
      );
    if (bucket === "missing") return failed(404, "NoSuchBucket");
    if (method === "PUT") {
      if (bucket === "forbidden") return failed(403, "AccessDenied");
      objects.set(`${bucket}/${decodeURIComponent(name.join("/"))}`, body);
      return new Response(null, { headers: { etag: '"0"' } });
    }
    if (bucket === "write-only") return failed(403, "AccessDenied");
    return new Response(`<?xml version="1.0"?><ListBucketResult><Name>${bucket}</Name></ListBucketResult>`);
  }
  return { origin: server.url.origin, asked, objects, stop: () => server.stop(true) };
}
