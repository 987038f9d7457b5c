import { closeSync, fsync, openSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { syncsWhole } from "../../../native/sync-file-system.ts";
import { throwIfInterrupted } from "./interrupted.ts";

/** Files that are brought to the disk at the same time. */
const AT_ONCE = 32;
/** From so many on the whole file system takes less time, although it brings what others wrote there, too. */
const MANY = 256;
const TICK_MS = 1000;

/** Waits until everything on an open file's file system is on the disk; the event loop goes on turning. */
export type SyncFileSystem = (fd: number) => Promise<void>;

export interface ToDiskOptions {
  folder: string;
  names: readonly string[];
  /** Of the folder, opened before they were written. */
  fd: number;
  /** Without it each file by itself. */
  syncFileSystem: SyncFileSystem | undefined;
  signal: AbortSignal | undefined;
  /** Told how many are there; null each second where that is not known. */
  onProgress: (done: number | null) => void;
}

/** Waits until files are on the disk. @throws the system error; ToolError INTERRUPTED */
export async function bringToDisk(options: ToDiskOptions): Promise<void> {
  const { folder, names, fd, syncFileSystem, signal, onProgress } = options;
  if (syncFileSystem === undefined || names.length < MANY || !syncsWhole(folder)) return syncEach(options);
  onProgress(null);
  const tick = setInterval(() => onProgress(null), TICK_MS);
  const interrupted = Promise.withResolvers<void>();
  const interrupt = () => interrupted.resolve();
  signal?.addEventListener("abort", interrupt, { once: true });
  try {
    throwIfInterrupted(signal);
    await Promise.race([syncFileSystem(fd), interrupted.promise]);
    throwIfInterrupted(signal);
  } finally {
    clearInterval(tick);
    signal?.removeEventListener("abort", interrupt);
  }
}

async function syncEach({ folder, names, signal, onProgress }: ToDiskOptions): Promise<void> {
  let [next, done] = [0, 0];
  const syncSome = async () => {
    for (let name = names[next++]; name !== undefined; name = names[next++]) {
      throwIfInterrupted(signal);
      const fd = openSync(join(folder, name), "r");
      try {
        await promisify(fsync)(fd);
      } finally {
        closeSync(fd);
      }
      onProgress(++done);
    }
  };
  const outcomes = await Promise.allSettled(Array.from({ length: AT_ONCE }, syncSome));
  const failed = outcomes.find((outcome) => outcome.status === "rejected");
  if (failed !== undefined) throw failed.reason;
}
