import { writeSync } from "node:fs";
import type { Clock } from "../../core/clock.ts";
import { version } from "../../core/version.ts";
import { rowOfSample } from "../../report/gpu-row.ts";
import { versionsLine } from "../../report/gpu-table.ts";
import { historyWidth, watchFrame, watchLine } from "../../report/gpu-watch.ts";
import { historyOf } from "../../telemetry/gpu/history.ts";
import type { GpuMonitor } from "../../telemetry/gpu/monitor.ts";
import { isLive, printResult } from "../output.ts";

/** How often the view is drawn anew, on a terminal and elsewhere. */
const FRAME_MS = 250;
const LINES_MS = 1000;
/** What the sparklines show. */
const HISTORY_MS = 60_000;

/** The terminal's other screen, without a cursor, and back. */
const ENTER = "\x1b[?1049h\x1b[?25l";
const LEAVE = "\x1b[?25h\x1b[?1049l";

/** A live view that is shown. */
export interface Watching {
  /** Resolves when nobody reads it any more (`| head`). */
  readonly unread: Promise<void>;
  /** A second call does nothing. */
  stop(): void;
}

/** Shows the GPUs until it is stopped: a picture on a terminal, lines elsewhere. */
export function startWatching(monitor: GpuMonitor, clock: Clock): Watching {
  const unread = Promise.withResolvers<void>();
  if (!isLive(process.stdout)) {
    const timer = setInterval(() => {
      if (!printResult(linesOf(monitor))) unread.resolve();
    }, LINES_MS);
    return { unread: unread.promise, stop: () => clearInterval(timer) };
  }
  const draw = () => {
    // A terminal that does not know its size says 0.
    const size = { width: process.stdout.columns || 80, height: process.stdout.rows || 24 };
    const lines = watchFrame(headingOf(monitor), watched(monitor, clock, size.width), size);
    // Home, each line to its end, then what is below.
    writeSync(1, `\x1b[H${lines.map((line) => `${line}\x1b[K\n`).join("")}\x1b[J`);
  };
  writeSync(1, ENTER);
  draw();
  const timer = setInterval(draw, FRAME_MS);
  let isOver = false;
  return {
    unread: unread.promise,
    stop() {
      if (isOver) return;
      isOver = true;
      clearInterval(timer);
      writeSync(1, LEAVE);
    },
  };
}

function headingOf({ source }: GpuMonitor): string {
  const from = source.kind === "nvml" ? versionsLine(source.versions) : source.program;
  return `inferbench ${version} gpu   ${from} · Ctrl-C ends`;
}

function watched(monitor: GpuMonitor, clock: Clock, width: number) {
  const nowMs = clock.now();
  return monitor.latest().map(({ gpu, sample }) => {
    const history = (key: "utilizationPercent" | "powerW") =>
      historyOf(gpu.ring, key, nowMs, HISTORY_MS, historyWidth(width));
    return {
      ...rowOfSample(sample, gpu),
      utilizationHistory: history("utilizationPercent"),
      powerHistory: history("powerW"),
    };
  });
}

function linesOf(monitor: GpuMonitor): string {
  const time = new Date().toTimeString().slice(0, 8);
  return monitor
    .latest()
    .map(({ gpu, sample }) => `${time} ${watchLine(rowOfSample(sample, gpu))}`)
    .join("\n");
}
