import { assertNever, usageError } from "../../core/errors.ts";
import { defaultOutdir } from "../serving/default-outdir.ts";
import { madeText } from "./made.ts";
import { formattedStorage } from "./storage-formats.ts";
import type { Wish } from "./wish.ts";

/** What `report` says of storage runs. @throws ToolError */
export async function reportStorage(wish: Wish, directories: readonly string[]): Promise<string> {
  if (wish.kind === "definitions")
    throw usageError("--definitions is for serving runs: no other tool measures storage so");
  if (wish.usdPerHour !== null)
    throw usageError(
      "--instance-price-per-hour has nothing to do with storage runs, which have the price that they were given",
      "Give storage --price-per-hour.",
    );
  switch (wish.kind) {
    case "format":
      return formattedStorage(wish.format, directories);
    case "page":
    case "figures": {
      const { storageReport } = await import("./storage-files.ts");
      const target = wish.outdir ?? (directories.length === 1 ? directories[0]! : defaultOutdir("report"));
      return madeText(await storageReport(directories, wish, target), wish);
    }
    default:
      return assertNever(wish);
  }
}
