/** `20261122-061305`: local time, as a person would look for it. */
export function timeStamp(at: Date): string {
  const two = (n: number) => String(n).padStart(2, "0");
  const date = `${at.getFullYear()}${two(at.getMonth() + 1)}${two(at.getDate())}`;
  return `${date}-${two(at.getHours())}${two(at.getMinutes())}${two(at.getSeconds())}`;
}

/** `results/serving-20261122-061305`. */
export function defaultOutdir(commandName: string, now = new Date()): string {
  return `results/${commandName}-${timeStamp(now)}`;
}
