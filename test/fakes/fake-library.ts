import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { testWhere } from "../skip.ts";

const compiler = Bun.which("cc");

/** `test`, where there is a C compiler for the stand-in libraries. */
export const fakeTest = testWhere(compiler !== null, "no C compiler (cc)");

/** Stand-ins for one of the driver's libraries, compiled from its source here; those of one test file. */
export class FakeLibraries {
  readonly #source: string;
  readonly #soname: string;
  readonly #folder = mkdtempSync(join(tmpdir(), "inferbench-fake-"));
  readonly #compiled = new Map<string, string>();
  #count = 0;

  /** @param source such as `nvml.c` @param soname such as `libnvidia-ml.so.1` */
  constructor(source: string, soname: string) {
    this.#source = source;
    this.#soname = soname;
  }

  /**
   * A copy with a script of its own, in a folder of its own; each is a library of its own to the loader.
   * @param script lines as the source describes them
   * @param without functions that this driver does not have
   * @returns its path
   */
  make(script: readonly string[] = [], without: readonly string[] = []): string {
    const folder = join(this.#folder, String(this.#count++));
    mkdirSync(folder);
    const path = join(folder, this.#soname);
    copyFileSync(this.#compile(without), path);
    writeFileSync(`${path}.script`, `${script.join("\n")}\n`);
    return path;
  }

  remove(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #compile(without: readonly string[]): string {
    const key = without.join(" ");
    let path = this.#compiled.get(key);
    if (path === undefined) {
      path = join(this.#folder, `${this.#compiled.size}.so`);
      const missing = without.map((name) => `-D${name}=gone_${name}`);
      compile(this.#source, ["-shared", "-fPIC", ...missing, "-o", path]);
      this.#compiled.set(key, path);
    }
    return path;
  }
}

/** Compiles a C file of this folder. @throws Error with what the compiler says */
export function compile(source: string, flags: readonly string[]): void {
  const path = join(import.meta.dir, source);
  const { success, stderr } = Bun.spawnSync([compiler!, ...flags, path, "-ldl", "-lpthread"]);
  if (!success) throw new Error(`cannot compile ${path}:\n${stderr}`);
}
