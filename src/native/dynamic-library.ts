import { CString, dlopen, type FFIFunction, linkSymbols, type Pointer } from "bun:ffi";
import { isAbsolute } from "node:path";

/** Arguments and result of a C function. */
export type Signature = Pick<FFIFunction, "args" | "returns">;

/** A function of a C library: numbers, typed arrays (as pointers to them) and bigints in, by its signature. */
export type CFunction = (...args: unknown[]) => unknown;

/** A loaded library. It stays loaded: nothing tells when the last caller of its code is done. */
export interface DynamicLibrary {
  /** The name or path by which it was found. */
  readonly path: string;
  /** Those of the functions that the library has; one that it lacks is absent, and takes no other with it. */
  link<N extends string>(signatures: Readonly<Record<N, Signature>>): Map<N, CFunction>;
}

export type LibraryOpening = { ok: true; library: DynamicLibrary } | { ok: false; reason: string };

const RTLD_NOW = 2;

/**
 * Opens a library through libc's own `dlopen`. `bun:ffi` is not asked, since it takes a library from the working directory
 * when the loader knows none of that name, and fails as a whole where one symbol is missing.
 * @param name a bare name such as `libcuda.so.1`, which the system's loader looks for, or an absolute path
 * @throws Error for a relative path, which would depend on the working directory
 */
export function openLibrary(name: string): LibraryOpening {
  if (name.includes("/") && !isAbsolute(name)) throw new Error(`${name} is no absolute path`);
  const loader = systemLoader();
  const handle = loader.dlopen(cString(name), RTLD_NOW);
  if (handle === null) {
    const words = loader.dlerror();
    return { ok: false, reason: words === null ? `${name} cannot be loaded` : new CString(words).toString() };
  }
  return {
    ok: true,
    library: {
      path: name,
      link<N extends string>(signatures: Readonly<Record<N, Signature>>) {
        const found: Record<string, FFIFunction & { ptr: Pointer }> = {};
        for (const [symbol, signature] of Object.entries<Signature>(signatures)) {
          const ptr = loader.dlsym(handle, cString(symbol));
          if (ptr !== null) found[symbol] = { ...signature, ptr: ptr as Pointer };
        }
        if (Object.keys(found).length === 0) return new Map();
        return new Map(Object.entries(linkSymbols(found).symbols)) as unknown as Map<N, CFunction>;
      },
    },
  };
}

/** Every glibc has these in libdl (since 2.34 as a door to libc), and Bun itself has it loaded. */
function systemLoader() {
  return dlopen("libdl.so.2", {
    dlopen: { args: ["buffer", "i32"], returns: "ptr" },
    dlsym: { args: ["ptr", "buffer"], returns: "ptr" },
    dlerror: { args: [], returns: "ptr" },
  }).symbols;
}

function cString(text: string): Uint8Array {
  return Buffer.from(`${text}\0`);
}
