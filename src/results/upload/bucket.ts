import { usageError } from "../../core/errors.ts";
import { googleBucket } from "./google-bucket.ts";
import { s3Bucket } from "./s3-bucket.ts";

/** A bucket that results are uploaded to. Its log-in stays in memory. */
export interface Bucket {
  /** `gs://bucket` */
  readonly url: string;
  /** Asks whether it is there and takes objects. @throws Error that says what the store answered */
  check(): Promise<void>;
  /** Makes, or replaces, an object of a file's content. @throws Error that says what the store answered, or the file's system error */
  put(localPath: string, name: string): Promise<void>;
}

type Env = Readonly<Record<string, string | undefined>>;

/**
 * Google's bucket of that name, or the one that `gs://NAME` or `s3://NAME` says. Contacts nobody.
 * @throws ToolError USAGE
 */
export function parseBucket(text: string, env: Env): Bucket {
  const match = /^(?:(gs|s3):\/\/)?([a-z0-9][a-z0-9._-]{1,220}[a-z0-9])\/?$/.exec(text);
  if (match === null)
    throw usageError(
      `--output-bucket: "${text}" is no bucket`,
      "Give its name alone, gs://NAME or s3://NAME; a folder in it is for --output-bucket-filepath.",
    );
  const [, scheme, name] = match;
  return scheme === "s3" ? s3Bucket(name!, env) : googleBucket(name!, env);
}

/** An object's name: the folder, and the file in it. @param folder null: none */
export function objectName(folder: string | null, file: string): string {
  const inside = folder?.replace(/^\/+|\/+$/g, "") ?? "";
  return inside === "" ? file : `${inside}/${file}`;
}
