import type { TCPSocketListener } from "bun";
import { PollingAlarm } from "../core/alarm.ts";
import { environmentError, messageOf, systemCode, type ToolError } from "../core/errors.ts";
import { Timeline } from "../core/timeline.ts";
import { systemClock } from "../native/system-clock.ts";
import { makeEngine } from "./engine/make-engine.ts";
import { Intake } from "./generation/intake.ts";
import { Connection } from "./http/connection.ts";
import { HttpSession } from "./http/session.ts";
import { ServerMetrics } from "./metrics/server-metrics.ts";
import { makeRouter } from "./router.ts";
import { DEFAULT_SETTINGS, type MockOptions, type MockSettings } from "./settings.ts";
import { TruthLog } from "./truth/truth-log.ts";
import type { TruthRecord } from "./truth/truth-record.ts";

/** A simulated model server that is running. */
export interface MockServer {
  /** `http://HOST:PORT` */
  readonly url: string;
  readonly port: number;
  /** Closes every connection and the truth file; requests in flight are recorded as aborted. */
  stop(): Promise<void>;
}

/**
 * Starts a mock server in this process.
 * @throws ToolError when the port is taken or the truth file cannot be written
 */
export async function startMock(options: MockOptions = {}): Promise<MockServer> {
  const settings: MockSettings = { ...DEFAULT_SETTINGS, ...options };
  const clock = systemClock();
  const truth = settings.truthPath === null ? null : await TruthLog.open(settings.truthPath);
  const onTruth = (record: TruthRecord) => {
    truth?.add(record);
    settings.onTruth?.(record);
  };
  const alarm = settings.alarm ?? new PollingAlarm(clock);
  const timeline = new Timeline(clock, alarm);
  const engine = makeEngine(settings, timeline);
  const metrics = new ServerMetrics(settings.models[0]!);
  const intake = new Intake({ settings, engine, metrics, timeline, clock, onTruth });
  const startedAt = Math.floor(clock.toUnixMs(clock.now()) / 1000);
  const route = makeRouter({ settings, engine, metrics, intake, startedAt });
  const connections = new Set<Connection>();

  let listener: TCPSocketListener<Connection>;
  try {
    listener = Bun.listen<Connection>({
      hostname: settings.host,
      port: settings.port,
      socket: {
        open(socket) {
          socket.setNoDelay(true);
          // Bun ends a connection 120 s after it was opened, in use or not.
          socket.timeout(0);
          const connection = new Connection(socket);
          connection.owner = new HttpSession(connection, clock.now, route);
          connections.add(connection);
          socket.data = connection;
        },
        data: (socket, bytes) => socket.data.owner?.data(bytes),
        drain: (socket) => socket.data.drained(),
        timeout: (socket) => socket.data.reset(),
        close(socket) {
          connections.delete(socket.data);
          socket.data.socketClosed();
        },
      },
    });
  } catch (error) {
    await truth?.close();
    throw cannotListen(settings, error);
  }
  return {
    url: `http://${settings.host.includes(":") ? `[${settings.host}]` : settings.host}:${listener.port}`,
    port: listener.port,
    async stop() {
      listener.stop();
      for (const connection of [...connections]) connection.reset();
      timeline.stop();
      alarm.close();
      await truth?.close();
    },
  };
}

function cannotListen({ host, port }: MockSettings, error: unknown): ToolError {
  const isTaken = systemCode(error) === "EADDRINUSE";
  const message = `cannot listen on ${host}:${port}: ${isTaken ? "the port is taken" : messageOf(error)}`;
  const hint = isTaken ? "Give another --port, or --port 0 for any free one." : "Look at --host and --port.";
  return environmentError("CANNOT_LISTEN", message, hint, error);
}
