import { messageOf } from "../../core/errors.ts";
import { openNvml } from "../../native/nvml/open.ts";
import { sampleNvml } from "./nvml-sampler.ts";
import type { FromSampler, StartSampling, StartSlowLane, ToSampler } from "./sampler-messages.ts";
import { runSlowLane } from "./slow-lane.ts";
import { sampleSmi } from "./smi-sampler.ts";

/* The thread behind a GPU monitor: all calls to the driver are made here, however long they take. */

declare const self: Worker;

const post = (message: FromSampler) => postMessage(message);
const stop = Promise.withResolvers<void>();

async function sample(start: StartSampling): Promise<void> {
  try {
    const opening = openNvml(start.env, start.root);
    if (opening.ok) sampleNvml(opening.nvml, start, post);
    else await sampleSmi(start, opening, post, stop.promise);
  } catch (error) {
    post({ kind: "failed", why: messageOf(error) });
  }
  post({ kind: "ended" });
}

function readSlowly(start: StartSlowLane): void {
  const opening = openNvml(start.env, start.root);
  if (opening.ok) runSlowLane(opening.nvml, start, post);
}

self.onmessage = ({ data }: MessageEvent<ToSampler>) => {
  if (data.kind === "start") sample(data);
  else if (data.kind === "slow-lane") readSlowly(data);
  else stop.resolve();
};
