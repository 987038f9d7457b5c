import { constants } from "node:os";

const names = new Map(Object.entries(constants.errno).map(([name, number]) => [number as number, name]));

/** The name of an errno of this system, `EIO` for 5; `errno 4711` for one that has none. */
export function systemErrorName(errno: number): string {
  return names.get(errno) ?? `errno ${errno}`;
}
