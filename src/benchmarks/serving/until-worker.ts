import { UntilRule } from "./until-rule.ts";
import type { UntilAnswer, UntilMessage } from "./until-watch.ts";

/** The thread behind UntilWatch: keeps the samples, looks, and says how the conditions stand. */
declare const self: Worker;

let rule = new UntilRule([]);

self.onmessage = ({ data }: MessageEvent<UntilMessage>) => {
  switch (data.type) {
    case "conditions":
      rule = new UntilRule(data.conditions);
      return;
    case "samples":
      for (const sample of data.samples) rule.addSample(sample);
      say({ isReached: rule.isReached(), outcomes: rule.outcomes, isFinal: false });
      return;
    case "finish":
      say({ outcomes: rule.finish(), isReached: rule.isReached(), isFinal: true });
      return;
  }
};

function say(answer: UntilAnswer): void {
  postMessage(answer);
}

postMessage("ready");
