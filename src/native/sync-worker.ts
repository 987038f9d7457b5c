import { syncFileSystem } from "./sync-file-system.ts";

/** A thread that syncs the file system of the descriptor that it is sent, and answers with the errno. */
declare const self: Worker;

self.onmessage = ({ data: fd }: MessageEvent<number>) => postMessage(syncFileSystem(fd));
