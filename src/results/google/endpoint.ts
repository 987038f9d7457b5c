const GOOGLE = "https://storage.googleapis.com";

/** Where Google Cloud Storage is: STORAGE_EMULATOR_HOST is what Google's own clients read for another address. Without a slash at the end. */
export function storageEndpoint(env: Readonly<Record<string, string | undefined>>): string {
  const emulator = env.STORAGE_EMULATOR_HOST?.replace(/\/+$/, "");
  if (!emulator) return GOOGLE;
  return /^https?:\/\//i.test(emulator) ? emulator : `http://${emulator}`;
}
