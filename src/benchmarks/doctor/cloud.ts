import { ANSWER_MS, identifyCloud } from "../../results/environment/cloud.ts";
import { isCloudMachine } from "../../results/environment/cloud-vendor.ts";
import { readHost } from "../../results/environment/host.ts";
import type { PriceSheet } from "../../results/prices/price-sheet.ts";
import { type Check, none, ok, warn } from "./check.ts";
import type { Machine } from "./machine.ts";

/**
 * The instance type, by the cloud's metadata service, where the firmware says that there is one.
 * @param metadataUrl null: it may not be asked
 * @param prices to say whether the price of this machine is known
 */
export async function cloudCheck(
  { root, env }: Machine,
  metadataUrl: string | null,
  prices: PriceSheet,
  timeoutMs = ANSWER_MS,
): Promise<Check> {
  const host = readHost(root, env);
  if (metadataUrl === null) return none("cloud", "not asked (--no-cloud-probe)");
  if (!isCloudMachine(host)) {
    const maker = [host.vendor, host.product].filter((name) => name !== null).join(" ");
    return none("cloud", `none by the firmware (${maker === "" ? "which names no maker" : maker})`);
  }
  const cloud = await identifyCloud(metadataUrl, timeoutMs);
  if (cloud === null) {
    return warn(
      "cloud",
      `the firmware says ${host.vendor}, but no metadata service answered within ${timeoutMs} ms`,
      "Containers are often kept from it. Name the machine's price yourself: --price-per-hour.",
    );
  }
  const { provider, instanceType, zone } = cloud;
  const name = `${provider}:${instanceType}`;
  return ok(
    "cloud",
    `${provider} ${instanceType}${zone === null ? "" : ` in ${zone}`}`,
    prices.has(name) ? `Its price is in the sheet: --price ${name}` : null,
  );
}
