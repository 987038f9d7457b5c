import { afterEach, beforeEach } from "bun:test";
import { emptyFolder } from "./binary.ts";

/** A folder that is new for each test of the file that asks for it, and removed after it. */
export function folderForEach(): { readonly path: string } {
  let folder: ReturnType<typeof emptyFolder>;
  beforeEach(() => {
    folder = emptyFolder();
  });
  afterEach(() => folder.remove());
  return {
    get path() {
      return folder.path;
    },
  };
}
