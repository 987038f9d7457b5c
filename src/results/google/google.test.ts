import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { generateKeyPairSync, verify } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { googleCredentials } from "./credentials.ts";
import { tokenSource } from "./token.ts";

const keys = generateKeyPairSync("rsa", {
  modulusLength: 2048,
  publicKeyEncoding: { type: "spki", format: "pem" },
  privateKeyEncoding: { type: "pkcs8", format: "pem" },
});
let folder: string;
let server: Bun.Server<undefined>;
/** What the stand-in was asked, and how long its tokens last. */
const asked: { path: string; flavor: string | null; fields: Record<string, string> }[] = [];
let expiresIn = 3600;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "inferbench-google-"));
  server = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    async fetch(request) {
      const fields = Object.fromEntries(new URLSearchParams(await request.text()));
      const { pathname: path } = new URL(request.url);
      asked.push({ path, flavor: request.headers.get("metadata-flavor"), fields });
      if (path === "/refuses") return new Response("no", { status: 403 });
      return Response.json({ access_token: `token ${asked.length}`, expires_in: expiresIn });
    },
  });
});
afterAll(async () => {
  await server.stop(true);
  rmSync(folder, { recursive: true });
});

function fileOf(name: string, content: unknown): string {
  const path = join(folder, name);
  writeFileSync(path, JSON.stringify(content));
  return path;
}
const account = (path: string) => ({
  type: "service_account",
  client_email: "a@b",
  private_key: keys.privateKey,
  token_uri: `${server.url.origin}${path}`,
});
const user = { type: "authorized_user", client_id: "i", client_secret: "s", refresh_token: "r" };

test("credentials are looked for in Google's order", () => {
  const metadata = { kind: "metadata", base: "http://metadata.google.internal" } as const;
  expect(googleCredentials({ HOME: folder })).toEqual(metadata);
  expect(googleCredentials({ GCE_METADATA_HOST: "127.0.0.1:1" })).toEqual({
    kind: "metadata",
    base: "http://127.0.0.1:1",
  });
  mkdirSync(join(folder, ".config/gcloud"), { recursive: true });
  fileOf(".config/gcloud/application_default_credentials.json", user);
  expect(googleCredentials({ HOME: folder })).toMatchObject({ kind: "user", refreshToken: "r" });
  const file = { HOME: folder, GOOGLE_APPLICATION_CREDENTIALS: fileOf("account.json", account("/t")) };
  expect(googleCredentials(file)).toMatchObject({ kind: "service-account", email: "a@b" });
  const token = { ...file, GOOGLE_OAUTH_ACCESS_TOKEN: "t" };
  expect(googleCredentials(token)).toEqual({ kind: "token", token: "t" });
});

test("a file that is none is an error, without what is in it", () => {
  const path = fileOf("other.json", { type: "external_account", secret: "hidden" });
  expect(() => googleCredentials({ GOOGLE_APPLICATION_CREDENTIALS: path })).toThrow(
    /holds no service account/,
  );
  expect(() => googleCredentials({ GOOGLE_APPLICATION_CREDENTIALS: "/none" })).toThrow(/cannot read \/none/);
});

describe("a token", () => {
  const sourceOf = (name: string, content: unknown) =>
    tokenSource(googleCredentials({ GOOGLE_APPLICATION_CREDENTIALS: fileOf(name, content) }));

  test("of a service account is asked for by a signed assertion, and used again", async () => {
    const source = sourceOf("a.json", account("/assert"));
    expect(await source()).toBe(await source());
    const requests = asked.filter(({ path }) => path === "/assert");
    expect(requests.length).toBe(1);
    const [header, claims, signature] = requests[0]!.fields.assertion!.split(".") as [string, string, string];
    const isSigned = verify(
      "RSA-SHA256",
      Buffer.from(`${header}.${claims}`),
      keys.publicKey,
      Buffer.from(signature, "base64url"),
    );
    expect(isSigned).toBe(true);
    expect(JSON.parse(Buffer.from(claims, "base64url").toString())).toMatchObject({
      iss: "a@b",
      aud: `${server.url.origin}/assert`,
      scope: "https://www.googleapis.com/auth/devstorage.read_only",
    });
  });

  test("of a service account that is to write says so", async () => {
    const path = fileOf("w.json", account("/write"));
    await tokenSource(googleCredentials({ GOOGLE_APPLICATION_CREDENTIALS: path }), "write")();
    const claims = asked.at(-1)!.fields.assertion!.split(".")[1]!;
    expect(Buffer.from(claims, "base64url").toString()).toContain("devstorage.read_write");
  });

  test("of a user is asked for by the refresh token, anew before it ends", async () => {
    expiresIn = 60;
    const source = sourceOf("u.json", { ...user, token_uri: `${server.url.origin}/refresh` });
    expect(await source()).not.toBe(await source());
    expiresIn = 3600;
    expect(asked.find(({ path }) => path === "/refresh")!.fields).toEqual({
      grant_type: "refresh_token",
      client_id: "i",
      client_secret: "s",
      refresh_token: "r",
    });
  });

  test("of the machine comes from its metadata service", async () => {
    await tokenSource(googleCredentials({ GCE_METADATA_HOST: server.url.host }))();
    expect(asked.at(-1)).toMatchObject({
      path: "/computeMetadata/v1/instance/service-accounts/default/token",
      flavor: "Google",
    });
  });

  test("that is refused is an error that names the server", async () => {
    const refused = sourceOf("r.json", account("/refuses"))();
    expect(refused).rejects.toThrow(`no access token: ${server.url.host} answered 403`);
    await refused.catch(() => {});
  });
});
