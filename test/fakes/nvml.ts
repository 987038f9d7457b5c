import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { testWhere } from "../skip.ts";

const SOURCE = join(import.meta.dir, "nvml.c");
const compiler = Bun.which("cc");

/** `test`, where there is a C compiler for the stand-in library. */
export const fakeTest = testWhere(compiler !== null, "no C compiler (cc)");

/** A copy of the stand-in library with a script of its own; each is a library of its own to the loader. */
export interface FakeNvml {
  readonly path: string;
  /** What makes inferbench load it, and nothing of this machine. */
  readonly env: Readonly<Record<string, string>>;
  /** From now on these GPUs are lost. */
  lose(...gpus: number[]): void;
  /** From now on every call takes 5 s. */
  getStuck(): void;
}

/** The stand-in libraries of one test file. */
export class FakeNvmls {
  readonly #folder = mkdtempSync(join(tmpdir(), "inferbench-nvml-"));
  readonly #compiled = new Map<string, string>();
  #count = 0;

  /**
   * @param script lines as nvml.c describes them
   * @param without functions that this driver does not have
   */
  make(script: readonly string[] = [], without: readonly string[] = []): FakeNvml {
    const folder = join(this.#folder, String(this.#count++));
    mkdirSync(folder);
    const path = join(folder, "libnvidia-ml.so.1");
    copyFileSync(this.#compile(without), path);
    writeFileSync(`${path}.script`, `${script.join("\n")}\n`);
    return {
      path,
      env: { INFERBENCH_NVML: path },
      lose: (...gpus) => writeFileSync(`${path}.lost`, gpus.join(" ")),
      getStuck: () => writeFileSync(`${path}.stuck`, ""),
    };
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
      compile(["-shared", "-fPIC", ...missing, "-o", path]);
      this.#compiled.set(key, path);
    }
    return path;
  }
}

/** Size and offsets of each struct, as the C compiler lays them out: struct → `size` or field → bytes. */
export function layoutsByCompiler(): Record<string, Record<string, number>> {
  const folder = mkdtempSync(join(tmpdir(), "inferbench-layouts-"));
  try {
    const program = join(folder, "layouts");
    compile(["-DPRINT_LAYOUTS", "-o", program]);
    const layouts: Record<string, Record<string, number>> = {};
    const { stdout } = Bun.spawnSync([program]);
    for (const line of stdout.toString().trim().split("\n")) {
      const [struct = "", field = "", bytes] = line.split(" ");
      layouts[struct] = { ...layouts[struct], [field]: Number(bytes) };
    }
    return layouts;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function compile(flags: readonly string[]): void {
  const { success, stderr } = Bun.spawnSync([compiler!, ...flags, SOURCE, "-ldl"]);
  if (!success) throw new Error(`cannot compile ${SOURCE}:\n${stderr}`);
}
