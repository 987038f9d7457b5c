import { command } from "./command.ts";
import { profileEnv } from "./profile/container-env.ts";
import { profileFlags } from "./profile/flags.ts";
import { runProfile } from "./profile/run.ts";
import { stay } from "./profile/stay.ts";
import { nearestModels } from "./serving/models.ts";

export const profileCommand = command({
  name: "profile",
  description: "serving at many loads: the latency-throughput curve, and the capacity at an SLO",
  examples: [
    "profile --endpoint http://localhost:8000/v1/completions --request-rates 1,2,4,6,8 --duration 60",
    "profile --endpoint http://localhost:8000/v1/completions --auto --slo ttft=500ms,tpot=50ms --find-capacity",
    "profile --endpoint http://localhost:8000/v1/completions --outdir results/curve --resume",
  ],
  flags: profileFlags,
  environment: profileEnv,
  async run({ values: given, sources }) {
    const values = nearestModels(given, sources);
    const { exit, isStopped } = await runProfile(values, sources);
    // Who stopped it wants it to end.
    if (values.postBenchmarkSleepTime !== undefined && !isStopped)
      await stay(values.postBenchmarkSleepTime, exit);
    return exit;
  },
});
