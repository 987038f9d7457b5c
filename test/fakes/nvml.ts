import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { compile, FakeLibraries } from "./fake-library.ts";

const SOURCE = "nvml.c";

export { fakeTest } from "./fake-library.ts";

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
  readonly #libraries = new FakeLibraries(SOURCE, "libnvidia-ml.so.1");

  /**
   * @param script lines as nvml.c describes them
   * @param without functions that this driver does not have
   */
  make(script: readonly string[] = [], without: readonly string[] = []): FakeNvml {
    const path = this.#libraries.make(script, without);
    return {
      path,
      env: { INFERBENCH_NVML: path },
      lose: (...gpus) => writeFileSync(`${path}.lost`, gpus.join(" ")),
      getStuck: () => writeFileSync(`${path}.stuck`, ""),
    };
  }

  remove(): void {
    this.#libraries.remove();
  }
}

/** Size and offsets of each struct, as the C compiler lays them out: struct → `size` or field → bytes. */
export function layoutsByCompiler(): Record<string, Record<string, number>> {
  const folder = mkdtempSync(join(tmpdir(), "inferbench-layouts-"));
  try {
    const program = join(folder, "layouts");
    compile(SOURCE, ["-DPRINT_LAYOUTS", "-o", program]);
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
