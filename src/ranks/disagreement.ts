/** How two ranks' values differ: of two JSON objects what is not the same in both, else the values themselves. */
export function disagreement(ours: string, theirs: string | null): string {
  const [own, other] = [objectIn(ours), objectIn(theirs)];
  if (own === null || other === null) return `${ours} in place of ${theirs}`;
  const keys = [...new Set([...Object.keys(own), ...Object.keys(other)])];
  const texts = keys.map((key) => [key, JSON.stringify(own[key]), JSON.stringify(other[key])]);
  return texts
    .filter(([, a, b]) => a !== b)
    .map(([key, a = "none", b = "none"]) => `${key} ${a} in place of ${b}`)
    .join(", ");
}

function objectIn(text: string | null): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text ?? "");
    return typeof value === "object" && value !== null ? { ...value } : null;
  } catch {
    return null;
  }
}
