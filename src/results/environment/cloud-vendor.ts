import type { Host } from "./host.ts";

/** How the firmware of GCE, EC2 and Azure machines names its maker. */
const CLOUD_VENDORS = /google|amazon|microsoft/i;

/** Whether the machine says that it is a cloud's, so that its metadata service is worth a question. */
export function isCloudMachine({ vendor, product }: Pick<Host, "vendor" | "product">): boolean {
  return CLOUD_VENDORS.test(`${vendor ?? ""} ${product ?? ""}`);
}
