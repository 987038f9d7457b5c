/** A key pair for S3. */
export interface S3Credentials {
  accessKeyId: string;
  secretAccessKey: string;
  /** null: a lasting key. */
  sessionToken: string | null;
}

/** AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN; null where one of the first two is missing. */
export function s3Credentials(env: Readonly<Record<string, string | undefined>>): S3Credentials | null {
  const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey } = env;
  if (!accessKeyId || !secretAccessKey) return null;
  return { accessKeyId, secretAccessKey, sessionToken: env.AWS_SESSION_TOKEN || null };
}
