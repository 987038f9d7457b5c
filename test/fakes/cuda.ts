import { existsSync, readFileSync } from "node:fs";
import { dirname } from "node:path";
import { FakeLibraries } from "./fake-library.ts";

/** A copy of the stand-in for libcuda with a script of its own; each is a library of its own to the loader. */
export interface FakeCuda {
  readonly path: string;
  /** What makes inferbench load it by its path. */
  readonly env: Readonly<Record<string, string>>;
  /** What makes the system's loader find it by its name. */
  readonly loaderEnv: Readonly<Record<string, string>>;
  /** What was done to it, as cuda.c describes. */
  log(): string[];
}

/** The stand-in libraries of one test file. */
export class FakeCudas {
  readonly #libraries = new FakeLibraries("cuda.c", "libcuda.so.1");

  /**
   * @param script lines as cuda.c describes them
   * @param without functions that this driver does not have
   */
  make(script: readonly string[] = [], without: readonly string[] = []): FakeCuda {
    const path = this.#libraries.make(script, without);
    return {
      path,
      env: { INFERBENCH_CUDA: path },
      loaderEnv: { LD_LIBRARY_PATH: dirname(path) },
      log: () => (existsSync(`${path}.log`) ? readFileSync(`${path}.log`, "utf8").trimEnd().split("\n") : []),
    };
  }

  remove(): void {
    this.#libraries.remove();
  }
}
