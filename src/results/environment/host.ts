import { hostname } from "node:os";
import { readSystemFile } from "./system-file.ts";

export interface Host {
  name: string;
  /** PRETTY_NAME of os-release, e.g. `Debian GNU/Linux 12 (bookworm)`. */
  os: string | null;
  /** Kernel release, e.g. `6.8.0-1015-gcp`. */
  kernel: string | null;
  /** As Node names it: `x64`, `arm64`. */
  arch: string;
  /** What the firmware says that the machine is; clouds put their names here. */
  vendor: string | null;
  product: string | null;
  /** `kubernetes`, `docker`, `podman`, `containerd`, `lxc`; null when nothing hints at a container. */
  container: string | null;
}

/** @param root `/`, or a stand-in tree in tests */
export function readHost(root: string, env: Readonly<Record<string, string | undefined>>): Host {
  return {
    name: readSystemFile(root, "proc/sys/kernel/hostname") ?? hostname(),
    os: prettyName(readSystemFile(root, "etc/os-release") ?? readSystemFile(root, "usr/lib/os-release")),
    kernel: readSystemFile(root, "proc/sys/kernel/osrelease"),
    arch: process.arch,
    vendor: readSystemFile(root, "sys/class/dmi/id/sys_vendor"),
    product: readSystemFile(root, "sys/class/dmi/id/product_name"),
    container: containerHint(root, env),
  };
}

function prettyName(osRelease: string | null): string | null {
  const value = /^PRETTY_NAME=(.*)$/m.exec(osRelease ?? "")?.[1];
  return value === undefined ? null : value.replace(/^(["'])(.*)\1$/, "$2");
}

function containerHint(root: string, env: Readonly<Record<string, string | undefined>>): string | null {
  if (env.KUBERNETES_SERVICE_HOST) return "kubernetes";
  if (readSystemFile(root, "run/.containerenv") !== null) return "podman";
  if (readSystemFile(root, ".dockerenv") !== null) return "docker";
  const groups = readSystemFile(root, "proc/self/cgroup") ?? "";
  const named = /kubepods|docker|libpod|containerd|lxc/.exec(groups)?.[0];
  return named === "kubepods" ? "kubernetes" : named === "libpod" ? "podman" : (named ?? null);
}
