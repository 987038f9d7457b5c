import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
} from "node:fs";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { environmentError, messageOf, usageError } from "../../../core/errors.ts";
import { writeFully } from "../../../core/write-fully.ts";
import { redactText } from "../../../results/redact-text.ts";
import type { TokenCounter } from "./token-counter.ts";

const FILE = "tokenizer.json";
const HUB_NAME_PART = /^(?!\.{1,2}$)[\w.-]+$/;
const DOWNLOAD_TIMEOUT_MS = 60_000;

/** Where things are looked for; tests give their own. */
export interface TokenizerPlaces {
  /** Our cache folder for downloads. */
  cacheDir: string;
  /** The hub's own cache (HF_HOME/hub), read only. */
  hubCacheDir: string;
  /** The hub's address. */
  hubUrl: string;
  token: string | undefined;
}

export function tokenizerPlaces(env: Readonly<Record<string, string | undefined>>): TokenizerPlaces {
  const cache = env.XDG_CACHE_HOME || join(homedir(), ".cache");
  return {
    cacheDir: join(cache, "inferbench", "tokenizers"),
    hubCacheDir: env.HF_HUB_CACHE || join(env.HF_HOME || join(cache, "huggingface"), "hub"),
    hubUrl: (env.HF_ENDPOINT || "https://huggingface.co").replace(/\/+$/, ""),
    token: env.HF_TOKEN?.trim() || undefined,
  };
}

/**
 * Loads a tokenizer from a `tokenizer.json`, its folder, or a hub name; a hub name is looked for in the caches and
 * downloaded once. A cached file that is no tokenizer, half-written say, counts as absent.
 * @throws ToolError USAGE for what is no tokenizer, TOKENIZER_UNREACHABLE (exit 4) when the hub does not give it
 */
export async function loadTokenizer(source: string, places: TokenizerPlaces): Promise<TokenCounter> {
  const local = localFile(source);
  if (local !== undefined) {
    try {
      return await counterOf(source, readFileSync(local, "utf8"));
    } catch (error) {
      throw usageError(
        `${local} is no tokenizer that can be read: ${messageOf(error)}`,
        "It must be a Hugging Face tokenizer.json.",
      );
    }
  }
  if (!isHubName(source)) {
    throw usageError(`--tokenizer ${source}: no such file or folder, and not a hub name such as org/model`);
  }
  for (const path of cachedFiles(source, places)) {
    try {
      return await counterOf(source, readFileSync(path, "utf8"));
    } catch {}
  }
  return await download(source, places);
}

/** @throws Error when the text is no tokenizer */
async function counterOf(name: string, text: string): Promise<TokenCounter> {
  const { Tokenizer } = await import("@huggingface/tokenizers");
  const tokenizer = new Tokenizer(JSON.parse(text), {});
  return {
    name,
    exact: true,
    count: (counted) => tokenizer.encode(counted, { add_special_tokens: false }).ids.length,
  };
}

function localFile(source: string): string | undefined {
  if (!existsSync(source)) return undefined;
  if (!statSync(source).isDirectory()) return source;
  const path = join(source, FILE);
  if (existsSync(path)) return path;
  throw usageError(`--tokenizer ${source}: the folder has no ${FILE}`);
}

/** `org/name` or `name`; never a path that leaves a folder. */
function isHubName(source: string): boolean {
  const parts = source.split("/");
  return parts.length <= 2 && parts.every((part) => HUB_NAME_PART.test(part)) && !source.endsWith(".json");
}

/** `org/name` under our cache, then the snapshots in the hub's own cache, newest first. */
function cachedFiles(name: string, places: TokenizerPlaces): string[] {
  const own = ownCachePath(name, places);
  const snapshots = join(places.hubCacheDir, `models--${name.replaceAll("/", "--")}`, "snapshots");
  const found = existsSync(snapshots)
    ? readdirSync(snapshots).map((revision) => join(snapshots, revision, FILE))
    : [];
  const newestFirst = found
    .filter((path) => existsSync(path))
    .sort((a, b) => statSync(b).mtimeMs - statSync(a).mtimeMs);
  return existsSync(own) ? [own, ...newestFirst] : newestFirst;
}

function ownCachePath(name: string, places: TokenizerPlaces): string {
  return join(places.cacheDir, name, FILE);
}

async function download(name: string, places: TokenizerPlaces): Promise<TokenCounter> {
  const target = ownCachePath(name, places);
  const url = `${places.hubUrl}/${name}/resolve/main/${FILE}`;
  const hint = `Put the model's ${FILE} at ${target}, or pass its path with --tokenizer.`;
  const unreachable = (why: string, cause?: unknown) =>
    environmentError("TOKENIZER_UNREACHABLE", `cannot download ${why}`, hint, cause);
  let content: string;
  try {
    const headers: Record<string, string> =
      places.token === undefined ? {} : { authorization: `Bearer ${places.token}` };
    const response = await fetch(url, { headers, signal: AbortSignal.timeout(DOWNLOAD_TIMEOUT_MS) });
    if (!response.ok) {
      const why = [401, 403].includes(response.status)
        ? `the hub answers ${response.status}: the model is gated or private, set HF_TOKEN to a token that may read it`
        : `the hub answers ${response.status}`;
      throw unreachable(`the tokenizer ${name}: ${why}`);
    }
    content = await response.text();
  } catch (error) {
    if (error instanceof Error && error.name === "ToolError") throw error;
    throw unreachable(`${redactText(url)}: ${messageOf(error)}`, error);
  }
  let counter: TokenCounter;
  try {
    counter = await counterOf(name, content);
  } catch (error) {
    // A login page, say, or an answer that was cut: it must not stay in the cache.
    throw unreachable(
      `the tokenizer ${name}: what the hub sends is no tokenizer (${messageOf(error)})`,
      error,
    );
  }
  keep(target, content, hint);
  return counter;
}

/** Writes the cache in one step, under a name of its own until it is whole: others may load the same tokenizer now. */
function keep(target: string, content: string, hint: string): void {
  try {
    mkdirSync(dirname(target), { recursive: true });
    const temporary = `${target}.${crypto.randomUUID()}.tmp`;
    try {
      writeWhole(temporary, content);
      renameSync(temporary, target);
    } catch (error) {
      rmSync(temporary, { force: true });
      throw error;
    }
  } catch (error) {
    throw environmentError(
      "TOKENIZER_CACHE",
      `cannot write the tokenizer cache: ${messageOf(error)}`,
      hint,
      error,
    );
  }
}

/** Writes a new file, down to the disk. */
function writeWhole(path: string, content: string): void {
  const fd = openSync(path, "wx");
  try {
    writeFully(fd, Buffer.from(content));
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}
