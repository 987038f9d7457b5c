import { messageOf, systemCode, usageError } from "../../core/errors.ts";
import { redactText } from "../redact-text.ts";
import { s3Credentials } from "../s3-credentials.ts";
import type { Bucket } from "./bucket.ts";

const DEFAULT_REGION = "us-east-1";

/**
 * A bucket of S3, or of what speaks as it at AWS_ENDPOINT_URL; region and key from the variables that Amazon's own clients read.
 * @throws ToolError USAGE without a key
 */
export function s3Bucket(name: string, env: Readonly<Record<string, string | undefined>>): Bucket {
  const credentials = s3Credentials(env);
  if (credentials === null)
    throw usageError(
      `there are no credentials for s3://${name}`,
      "Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.",
    );
  const { accessKeyId, secretAccessKey, sessionToken } = credentials;
  const region = env.AWS_REGION || env.AWS_DEFAULT_REGION || DEFAULT_REGION;
  const client = new Bun.S3Client({
    bucket: name,
    endpoint: env.AWS_ENDPOINT_URL_S3 || env.AWS_ENDPOINT_URL || `https://s3.${region}.amazonaws.com`,
    region,
    accessKeyId,
    secretAccessKey,
    ...(sessionToken === null ? {} : { sessionToken }),
  });
  return {
    url: `s3://${name}`,
    async check() {
      try {
        await client.list({ maxKeys: 1 });
      } catch (error) {
        // Who may only write may not list.
        if (systemCode(error) !== "AccessDenied") throw said(error);
      }
    },
    async put(localPath, object) {
      try {
        await client.write(object, Bun.file(localPath), { type: "application/json" });
      } catch (error) {
        throw said(error);
      }
    },
  };
}

/** What the store said, without what looks like a secret. */
function said(error: unknown): Error {
  const code = systemCode(error);
  return new Error(redactText(`${code === undefined ? "" : `${code}: `}${messageOf(error)}`), {
    cause: error,
  });
}
