import type { CommandDef } from "citty";
import type { CommandName } from "./command-names.ts";

/** The command tree: each command's code is loaded only when it is run. */
export const commands: Readonly<Record<CommandName, () => Promise<CommandDef>>> = {
  serving: async () => (await import("./serving.ts")).servingCommand,
  profile: async () => (await import("./profile.ts")).profileCommand,
  storage: async () => (await import("./storage.ts")).storageCommand,
  report: async () => (await import("./report.ts")).reportCommand,
  gpu: async () => (await import("./gpu.ts")).gpuCommand,
  doctor: async () => (await import("./doctor.ts")).doctorCommand,
  mock: async () => (await import("./mock.ts")).mockCommand,
};
