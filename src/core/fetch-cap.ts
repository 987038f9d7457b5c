/** How many requests Bun's fetch holds open at once in this process: BUN_CONFIG_MAX_HTTP_REQUESTS at start, else 256. */
export function fetchCap(): number {
  const asked = Number(process.env.BUN_CONFIG_MAX_HTTP_REQUESTS);
  return Number.isInteger(asked) && asked >= 1 && asked <= 65_535 ? asked : 256;
}
