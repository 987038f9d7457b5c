import { existsSync, statfsSync } from "node:fs";
import { join } from "node:path";

/** The largest package with all that it asks for takes about three minutes where the index is near. */
const INSTALL_MS = 1_500_000;

export interface PythonPackage {
  /** The folder's name in the environment; a tool each, since their requirements contradict one another. */
  readonly id: string;
  /** What pip is asked for. */
  readonly requirement: string;
  /** Whose version is shown. */
  readonly package: string;
  /** Free disk that it needs, 10^9 bytes. */
  readonly diskGb: number;
  /** Without the packages that it asks for: for what runs without Python. */
  readonly alone?: boolean;
}

/** A virtual environment with one package. */
export interface PythonEnv {
  readonly version: string;
  /** Path of a program of the environment. */
  bin(name: string): string;
  /** Path of a file of the package. */
  file(path: string): string;
}

/** Makes the environment, or uses what an earlier run made. @throws Error with the reason in one line */
export async function pythonEnv(folder: string, wanted: PythonPackage): Promise<PythonEnv> {
  const home = join(folder, wanted.id);
  const bin = (name: string) => join(home, "bin", name);
  const marker = join(home, "installed");
  if (!existsSync(marker)) {
    const disk = statfsSync(folder);
    const freeGb = (disk.bavail * disk.bsize) / 1e9;
    if (freeGb < wanted.diskGb)
      throw new Error(`it takes ${wanted.diskGb} GB of disk, ${freeGb.toFixed(0)} are free`);
    await succeed([interpreter, "-m", "venv", "--clear", home]);
    const more = wanted.alone === true ? ["--no-deps"] : [];
    await succeed([bin("python"), "-m", "pip", "install", "--quiet", "--upgrade", "pip"]);
    await succeed([bin("python"), "-m", "pip", "install", "--quiet", ...more, wanted.requirement]);
    await Bun.write(marker, "");
  }
  const ask = `import importlib.metadata as m, sysconfig; print(m.version(${JSON.stringify(wanted.package)}), sysconfig.get_path("purelib"))`;
  const [version = "?", library = ""] = (await succeed([bin("python"), "-c", ask])).split(" ");
  return { version, bin, file: (path) => join(library, path) };
}

let interpreter = "python3";

/** Chooses the Python that environments are made of. */
export function usePython(command: string): void {
  interpreter = command;
}

/** Runs a command to its end, a bounded time. @returns what it printed. @throws Error with the last line that it said */
export async function succeed(command: readonly string[]): Promise<string> {
  const child = Bun.spawn([...command], {
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
    timeout: INSTALL_MS,
  });
  const [exit, stdout, stderr] = await Promise.all([child.exited, child.stdout.text(), child.stderr.text()]);
  if (exit === 0) return stdout.trim();
  const said = `${stdout}\n${stderr}`.trim().split("\n");
  const reason = said.findLast((line) => /^error/i.test(line)) ?? said.at(-1);
  throw new Error(`${command.slice(1).join(" ")}: ${reason?.trim() || `exit ${exit}`}`);
}
