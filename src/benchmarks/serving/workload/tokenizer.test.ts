import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { homedir, tmpdir } from "node:os";
import { dirname, join } from "node:path";
import fc from "fast-check";
import { ToolError } from "../../../core/errors.ts";
import { loadTokenizer, type TokenizerPlaces, tokenizerPlaces } from "./tokenizer.ts";

const FIXTURE = join(import.meta.dir, "../../../../fixtures/tokenizer");
const CONTENT = readFileSync(join(FIXTURE, "tokenizer.json"), "utf8");
const NAME = "acme/tiny-model";
const TOKEN = "hf_abcdefghijklmnopqrstuvwxyz";

interface Seen {
  path: string;
  authorization: string | null;
}

let folder: string;
let seen: Seen[];
let answer: () => Response;
let hub: Bun.Server<undefined>;
let places: TokenizerPlaces;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "inferbench-tokenizer-"));
  seen = [];
  answer = () => new Response(CONTENT);
  hub = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    fetch(request) {
      seen.push({
        path: new URL(request.url).pathname,
        authorization: request.headers.get("authorization"),
      });
      return answer();
    },
  });
  places = {
    cacheDir: join(folder, "cache"),
    hubCacheDir: join(folder, "hub"),
    hubUrl: `http://127.0.0.1:${hub.port}`,
    token: undefined,
  };
});

afterEach(async () => {
  await hub.stop(true);
  rmSync(folder, { recursive: true, force: true });
});

const cachePath = () => join(places.cacheDir, NAME, "tokenizer.json");

function put(path: string, content: string): string {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
  return path;
}

async function problem(source: string, at = places): Promise<ToolError> {
  const error = await loadTokenizer(source, at).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(ToolError);
  return error as ToolError;
}

describe("a local file", () => {
  test("or its folder is read, and the hub is not asked", async () => {
    for (const source of [FIXTURE, join(FIXTURE, "tokenizer.json")]) {
      const counter = await loadTokenizer(source, places);
      expect([counter.name, counter.exact]).toEqual([source, true]);
      expect(counter.count("the house and the tree")).toBe(5);
    }
    expect(seen).toEqual([]);
  });

  test.each(["", "{", "{}", "[]", "null", '{"model":{}}', "<html>", CONTENT.slice(0, -1000)])(
    "that is no tokenizer is wrong usage, and named (%#)",
    async (content) => {
      const path = put(join(folder, "tokenizer.json"), content);
      const error = await problem(path);
      expect([error.code, error.exit]).toEqual(["USAGE", 2]);
      expect(error.message).toStartWith(`${path} is no tokenizer that can be read: `);
    },
  );

  test("missing in a folder is wrong usage", async () => {
    const error = await problem(folder);
    expect([error.code, error.message]).toEqual([
      "USAGE",
      `--tokenizer ${folder}: the folder has no tokenizer.json`,
    ]);
  });
});

describe("counts", () => {
  test("leave special tokens out that a server's chat template would add", async () => {
    const { count } = await loadTokenizer(FIXTURE, places);
    const { Tokenizer } = await import("@huggingface/tokenizers");
    const raw = new Tokenizer(JSON.parse(CONTENT), {});
    expect(raw.encode("the house").ids).toHaveLength(3);
    expect(count("the house")).toBe(2);
    expect(count("")).toBe(0);
  });

  /** Counted by the Python library tokenizers 0.23.3, which made the fixture. */
  test.each([
    ["the house and the tree", 5],
    ["The House", 3],
    ["  two  spaces ", 6],
    ["don't WE'LL it's", 12],
    ["12345678 tokens", 10],
    ["naïve café", 10],
    ["漢字 🎉", 11],
    ["\n\n\tcode()\r\n  x = [1, 2];", 18],
    ["Antidisestablishmentarianism", 15],
    ["<|begin_of_text|>hi", 3],
  ])("%j has as many tokens as the Python library finds", async (text, tokens) => {
    expect((await loadTokenizer(FIXTURE, places)).count(text)).toBe(tokens);
  });

  test("of the fixture's 60 prompts are 1738 tokens, as the Python library finds", async () => {
    const { count } = await loadTokenizer(FIXTURE, places);
    const prompts = readFileSync(join(FIXTURE, "../prompts.txt"), "utf8").trimEnd().split("\n");
    expect(prompts.reduce((sum, prompt) => sum + count(prompt), 0)).toBe(1738);
  });

  test("never throw, whatever the text", async () => {
    const { count } = await loadTokenizer(FIXTURE, places);
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        expect(count(text)).toBeWithin(text === "" ? 0 : 1, 3 * text.length + 1);
      }),
    );
    expect(count("a\ud800b")).toBeGreaterThan(0);
  });
});

describe("a hub name", () => {
  test("is downloaded once, and read from the cache after that", async () => {
    const first = await loadTokenizer(NAME, places);
    expect(seen).toEqual([{ path: `/${NAME}/resolve/main/tokenizer.json`, authorization: null }]);
    expect(readFileSync(cachePath(), "utf8")).toBe(CONTENT);
    const second = await loadTokenizer(NAME, places);
    expect(seen).toHaveLength(1);
    expect([first.name, second.name]).toEqual([NAME, NAME]);
    expect([first, second].map((counter) => counter.count("the house"))).toEqual([2, 2]);
  });

  test("may be without an organisation", async () => {
    await loadTokenizer("gpt2", places);
    expect(seen.map(({ path }) => path)).toEqual(["/gpt2/resolve/main/tokenizer.json"]);
  });

  test("leaves nothing but the file in the cache, also when several load it at a time", async () => {
    await Promise.all(Array.from({ length: 8 }, () => loadTokenizer(NAME, places)));
    expect(readdirSync(dirname(cachePath()))).toEqual(["tokenizer.json"]);
    expect(readFileSync(cachePath(), "utf8")).toBe(CONTENT);
  });

  test("sends the token to the hub, but not to where the hub sends us on to", async () => {
    const elsewhere: (string | null)[] = [];
    const storage = Bun.serve({
      hostname: "127.0.0.1",
      port: 0,
      fetch(request) {
        elsewhere.push(request.headers.get("authorization"));
        return new Response(CONTENT);
      },
    });
    try {
      answer = () => Response.redirect(`http://127.0.0.1:${storage.port}/blob`, 302);
      await loadTokenizer(NAME, { ...places, token: TOKEN });
      expect(seen[0]!.authorization).toBe(`Bearer ${TOKEN}`);
      expect(elsewhere).toEqual([null]);
    } finally {
      await storage.stop(true);
    }
  });

  test("is looked for in the hub's own cache, the newest snapshot first, and read there only", async () => {
    const snapshot = (revision: string) =>
      join(places.hubCacheDir, "models--acme--tiny-model", "snapshots", revision, "tokenizer.json");
    // Without merges, each byte is a token.
    const old = JSON.parse(CONTENT);
    old.model.merges = [];
    put(snapshot("old"), JSON.stringify(old));
    put(snapshot("new"), CONTENT);
    utimesSync(snapshot("old"), 1000, 1000);
    utimesSync(snapshot("new"), 2000, 2000);
    expect((await loadTokenizer(NAME, places)).count("the house")).toBe(2);
    utimesSync(snapshot("old"), 3000, 3000);
    expect((await loadTokenizer(NAME, places)).count("the house")).toBe(9);
    expect(seen).toEqual([]);
    expect(existsSync(places.cacheDir)).toBe(false);
  });

  test.each([
    "../evil",
    "..",
    ".",
    "./x",
    "a/..",
    "a/b/c",
    "/abs/path",
    "a b",
    "missing.json",
    "a//b",
    "a/",
    "",
  ])("%p is none, and no path either", async (source) => {
    const error = await problem(source);
    expect([error.code, error.exit]).toEqual(["USAGE", 2]);
    expect(error.message).toStartWith(`--tokenizer ${source}: `);
    expect(seen).toEqual([]);
    expect(readdirSync(folder)).toEqual([]);
  });
});

describe("a cached file that is no tokenizer", () => {
  test.each([
    ["half-written", CONTENT.slice(0, 5000)],
    ["empty", ""],
    ["a login page", "<html>please log in</html>"],
  ])("(%s) is not used but downloaded again", async (_, content) => {
    put(cachePath(), content);
    expect((await loadTokenizer(NAME, places)).count("the house")).toBe(2);
    expect(seen).toHaveLength(1);
    expect(readFileSync(cachePath(), "utf8")).toBe(CONTENT);
  });

  test("leaves the hub's own cache as the next to be asked", async () => {
    put(cachePath(), CONTENT.slice(0, 5000));
    put(join(places.hubCacheDir, "models--acme--tiny-model", "snapshots", "a", "tokenizer.json"), CONTENT);
    expect((await loadTokenizer(NAME, places)).count("the house")).toBe(2);
    expect(seen).toEqual([]);
  });

  test("under a temporary name counts for nothing", async () => {
    put(`${cachePath()}.tmp`, CONTENT);
    await loadTokenizer(NAME, places);
    expect(seen).toHaveLength(1);
  });
});

describe("what the hub refuses", () => {
  test.each([401, 403])("with %d is explained by HF_TOKEN, without the token", async (status) => {
    answer = () => new Response("Access to model is restricted", { status });
    places.token = TOKEN;
    const error = await problem(NAME);
    expect([error.code, error.exit]).toEqual(["TOKENIZER_UNREACHABLE", 4]);
    expect(error.message).toBe(
      `cannot download the tokenizer ${NAME}: the hub answers ${status}: the model is gated or private, set HF_TOKEN to a token that may read it`,
    );
    expect(`${error.message} ${error.hint}`).not.toContain(TOKEN);
    expect(existsSync(places.cacheDir)).toBe(false);
  });

  test.each([404, 429, 500])("with %d is said as it is, with the path to put the file at", async (status) => {
    answer = () => new Response("no", { status });
    const error = await problem(NAME);
    expect([error.code, error.exit]).toEqual(["TOKENIZER_UNREACHABLE", 4]);
    expect(error.message).toBe(`cannot download the tokenizer ${NAME}: the hub answers ${status}`);
    expect(error.hint).toBe(
      `Put the model's tokenizer.json at ${cachePath()}, or pass its path with --tokenizer.`,
    );
  });

  test("putting the file there is enough", async () => {
    answer = () => new Response("no", { status: 404 });
    await problem(NAME);
    put(cachePath(), CONTENT);
    expect((await loadTokenizer(NAME, places)).count("the house")).toBe(2);
    expect(seen).toHaveLength(1);
  });
});

describe("what cannot be used", () => {
  test("a hub that does not answer: the message names it and the path to put the file at, never the token", async () => {
    const { port } = hub;
    await hub.stop(true);
    const error = await problem(NAME, {
      ...places,
      hubUrl: `http://me:hunter2@127.0.0.1:${port}`,
      token: TOKEN,
    });
    expect([error.code, error.exit]).toEqual(["TOKENIZER_UNREACHABLE", 4]);
    expect(error.message).toContain(`127.0.0.1:${port}/${NAME}/resolve/main/tokenizer.json`);
    expect(error.hint).toContain(cachePath());
    expect(`${error.message} ${error.hint}`).not.toContain(TOKEN);
    expect(`${error.message} ${error.hint}`).not.toContain("hunter2");
  });

  test("a token that is no header: the message does not show it", async () => {
    const error = await problem(NAME, { ...places, token: "hf_one\nhf_two" });
    expect(error.code).toBe("TOKENIZER_UNREACHABLE");
    expect(error.message).not.toContain("hf_");
    expect(seen).toEqual([]);
  });

  test.each([
    ["a page instead of the file", () => new Response("<html>log in</html>")],
    ["the end of the file missing", () => new Response(CONTENT.slice(0, -100))],
    ["nothing", () => new Response("")],
    ["other JSON", () => Response.json({ error: "x" })],
  ])("%s: the run ends, and the cache stays empty", async (_, given) => {
    answer = given;
    const error = await problem(NAME);
    expect([error.code, error.exit]).toEqual(["TOKENIZER_UNREACHABLE", 4]);
    expect(error.message).toStartWith(
      `cannot download the tokenizer ${NAME}: what the hub sends is no tokenizer (`,
    );
    expect(error.hint).toContain(cachePath());
    expect(existsSync(places.cacheDir)).toBe(false);
  });

  test("a connection that is lost in the middle leaves the cache empty", async () => {
    const breaking = Bun.listen({
      hostname: "127.0.0.1",
      port: 0,
      socket: {
        data(socket) {
          socket.write(
            `HTTP/1.1 200 OK\r\ncontent-length: ${CONTENT.length}\r\n\r\n${CONTENT.slice(0, 1000)}`,
          );
          socket.end();
        },
      },
    });
    try {
      const error = await problem(NAME, { ...places, hubUrl: `http://127.0.0.1:${breaking.port}` });
      expect(error.code).toBe("TOKENIZER_UNREACHABLE");
      expect(existsSync(places.cacheDir)).toBe(false);
    } finally {
      breaking.stop(true);
    }
  });

  test("a cache that cannot be written is an error of the environment", async () => {
    put(places.cacheDir, "a file where the folder should be");
    const error = await problem(NAME);
    expect([error.code, error.exit]).toEqual(["TOKENIZER_CACHE", 4]);
    expect(error.message).toStartWith("cannot write the tokenizer cache: ");
  });
});

describe("places", () => {
  test("without any variable", () => {
    expect(tokenizerPlaces({})).toEqual({
      cacheDir: join(homedir(), ".cache/inferbench/tokenizers"),
      hubCacheDir: join(homedir(), ".cache/huggingface/hub"),
      hubUrl: "https://huggingface.co",
      token: undefined,
    });
  });

  test("follow the hub's own variables", () => {
    expect(
      tokenizerPlaces({ XDG_CACHE_HOME: "/c", HF_ENDPOINT: "https://mirror/", HF_TOKEN: `${TOKEN}\n` }),
    ).toEqual({
      cacheDir: "/c/inferbench/tokenizers",
      hubCacheDir: "/c/huggingface/hub",
      hubUrl: "https://mirror",
      token: TOKEN,
    });
    expect(tokenizerPlaces({ HF_HOME: "/h" }).hubCacheDir).toBe("/h/hub");
    expect(tokenizerPlaces({ HF_HOME: "/h", HF_HUB_CACHE: "/x" }).hubCacheDir).toBe("/x");
    expect(tokenizerPlaces({ HF_TOKEN: " " }).token).toBeUndefined();
  });
});
