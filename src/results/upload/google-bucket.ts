import { readFileSync } from "node:fs";
import * as v from "valibot";
import { sleepMs } from "../../core/wait.ts";
import { googleCredentials } from "../google/credentials.ts";
import { storageEndpoint } from "../google/endpoint.ts";
import { tokenSource } from "../google/token.ts";
import { redactText } from "../redact-text.ts";
import type { Bucket } from "./bucket.ts";

const TIMEOUT_MS = 60_000;
/** Tries in all; the pause doubles. */
const TRIES = 4;
const PAUSE_MS = 250;

const CREATE = "storage.objects.create";

const Refusal = v.object({ error: v.object({ message: v.string() }) });
const Permissions = v.object({ permissions: v.optional(v.array(v.string()), []) });

/**
 * A bucket of Google Cloud Storage, with its application default credentials; a stand-in at STORAGE_EMULATOR_HOST gets a token only where
 * one was set by hand. API: https://cloud.google.com/storage/docs/json_api/v1
 * @throws ToolError USAGE for credentials that cannot be used
 */
export function googleBucket(name: string, env: Readonly<Record<string, string | undefined>>): Bucket {
  const credentials = googleCredentials(env);
  const isAnonymous = credentials.kind === "metadata" && Boolean(env.STORAGE_EMULATOR_HOST);
  const token = isAnonymous ? null : tokenSource(credentials, "write");
  const endpoint = storageEndpoint(env);
  const place = `/storage/v1/b/${name}`;

  /** Again where the store is busy, or the connection is lost. */
  async function ask(path: string, init: RequestInit = {}): Promise<Response> {
    for (let tries = 1; ; tries++) {
      const login = token === null ? {} : { authorization: `Bearer ${await token()}` };
      try {
        const response = await fetch(endpoint + path, {
          ...init,
          headers: { ...(init.headers as Record<string, string> | undefined), ...login },
          signal: AbortSignal.timeout(TIMEOUT_MS),
          redirect: "error",
          proxy: false,
        } as RequestInit);
        const isBusy = response.status === 429 || response.status >= 500;
        if (!isBusy || tries === TRIES) return response;
        await response.body?.cancel();
      } catch (error) {
        if (tries === TRIES) throw error;
      }
      await sleepMs(PAUSE_MS * 2 ** (tries - 1));
    }
  }

  return {
    url: `gs://${name}`,
    async check() {
      const response = await ask(`${place}?fields=name`);
      if (response.ok) return;
      // Who may only write may not read the bucket's own entry.
      if (response.status !== 403) throw await refusal(response);
      const granted = await ask(`${place}/iam/testPermissions?permissions=${CREATE}`);
      if (!granted.ok) throw await refusal(granted);
      const { permissions } = v.parse(Permissions, await granted.json());
      if (!permissions.includes(CREATE))
        throw new Error(`these credentials may not make objects (${CREATE})`);
    },
    async put(localPath, object) {
      const response = await ask(`/upload${place}/o?uploadType=media&name=${encodeURIComponent(object)}`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: readFileSync(localPath),
      });
      if (!response.ok) throw await refusal(response);
      await response.body?.cancel();
    },
  };
}

/** What the store said, without what looks like a secret. */
async function refusal(response: Response): Promise<Error> {
  const text = await response.text();
  const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), Refusal), text);
  const said = parsed.success ? `: ${redactText(parsed.output.error.message).slice(0, 300)}` : "";
  return new Error(`status ${response.status}${said}`);
}
