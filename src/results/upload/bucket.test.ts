import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type FakeStore, startFakeStore } from "./bucket.fake.ts";
import { objectName, parseBucket } from "./bucket.ts";

let store: FakeStore;
let folder: string;
let file: string;
beforeAll(() => {
  store = startFakeStore();
  folder = mkdtempSync(join(tmpdir(), "inferbench-bucket-"));
  file = join(folder, "a.json");
  writeFileSync(file, '{"n": 1}\n');
});
afterAll(async () => {
  await store.stop();
  rmSync(folder, { recursive: true });
});

const google = (name: string, env: Record<string, string> = {}) =>
  parseBucket(name, { STORAGE_EMULATOR_HOST: store.origin, HOME: folder, ...env });
const s3 = (name: string) =>
  parseBucket(`s3://${name}`, {
    AWS_ENDPOINT_URL: store.origin,
    AWS_ACCESS_KEY_ID: "AKIAEXAMPLE",
    AWS_SECRET_ACCESS_KEY: "very-secret-key",
  });

test("an object's name is the folder and the file, and no folder is none", () => {
  expect(objectName(null, "a.json")).toBe("a.json");
  expect(objectName("", "a.json")).toBe("a.json");
  expect(objectName("/nightly/a/", "b.json")).toBe("nightly/a/b.json");
});

describe("Google Cloud Storage", () => {
  test("takes a file under its name, with a token where there is one", async () => {
    const bucket = google("gs://results", { GOOGLE_OAUTH_ACCESS_TOKEN: "t0ken" });
    await bucket.check();
    await bucket.put(file, "night ly/a&b.json");
    expect([bucket.url, store.objects.get("results/night ly/a&b.json")]).toEqual([
      "gs://results",
      '{"n": 1}\n',
    ]);
    expect(store.asked.slice(-2)).toMatchObject([
      { method: "GET", path: "/storage/v1/b/results?fields=name", authorization: "Bearer t0ken" },
      { method: "POST", authorization: "Bearer t0ken" },
    ]);
  });

  test("a stand-in is asked without a log-in where none was given", async () => {
    await google("results").check();
    expect(store.asked.at(-1)!.authorization).toBeNull();
  });

  test("a bucket that is not there, and one that may not be written to, fail before the run", async () => {
    await expect(google("missing").check()).rejects.toThrow(
      "status 404: The specified bucket does not exist.",
    );
    await expect(google("forbidden").check()).rejects.toThrow(
      "may not make objects (storage.objects.create)",
    );
    await google("write-only").check();
  });

  test("a busy store is asked again; what it says at last is told without secrets", async () => {
    await google("busy").put(file, "a.json");
    expect(store.objects.get("busy/a.json")).toBe('{"n": 1}\n');
    const error = await google("full")
      .put(file, "a.json")
      .catch((reason: Error) => reason);
    expect((error as Error).message).toContain("status 503: Backend error");
    expect((error as Error).message).not.toContain("ya29");
  });
});

describe("S3", () => {
  test("takes a file under its name, signed", async () => {
    const bucket = s3("results");
    await bucket.check();
    await bucket.put(file, "nightly/b.json");
    expect(store.objects.get("results/nightly/b.json")).toBe('{"n": 1}\n');
    expect(store.asked.at(-1)!.authorization).toContain("AWS4-HMAC-SHA256 Credential=AKIAEXAMPLE");
  });

  test("a bucket that is not there fails before the run; one that only takes objects does not", async () => {
    await expect(s3("missing").check()).rejects.toThrow("NoSuchBucket");
    await s3("write-only").check();
    const error = await s3("forbidden")
      .put(file, "a")
      .catch((reason: Error) => reason);
    expect((error as Error).message).toContain("AccessDenied");
    expect((error as Error).message).not.toContain("very-secret-key");
  });

  test("without a key is wrong usage", () => {
    expect(() => parseBucket("s3://results", {})).toThrow("no credentials for s3://results");
  });
});

test.each(["", "gs://", "a/b", "gs://a-bucket/path", "http://x", "A B"])("%j is no bucket", (text) => {
  expect(() => parseBucket(text, {})).toThrow(/is no bucket/);
});
