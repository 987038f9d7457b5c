import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseAllDocuments } from "yaml";
import { parseArguments } from "../src/cli/flags/parse.ts";
import { resolveFlags } from "../src/cli/flags/resolve.ts";
import { settingsOf } from "../src/cli/storage/config.ts";
import { storageFlags } from "../src/cli/storage/flags.ts";
import { checkRankFlags } from "../src/cli/storage/ranks.ts";
import { rankEnvironment } from "../src/ranks/environment.ts";

const text = readFileSync(join(import.meta.dir, "../scripts/deploy/storage-ranks.yaml"), "utf8");
const documents = parseAllDocuments(text).map((document) => document.toJS());
const kind = (name: string) => documents.find((one) => one.kind === name);

test("the Indexed Job's ranks find one another, and its flags are understood", () => {
  const { spec } = kind("Job");
  const [container] = spec.template.spec.containers;
  const env = Object.fromEntries(
    container.env.map(({ name, value }: { name: string; value: string }) => [name, value]),
  );
  const last = spec.completions - 1;
  const service = kind("Service");
  expect(spec.template.spec.enableServiceLinks).toBe(false);
  expect([spec.completionMode, spec.parallelism]).toEqual(["Indexed", spec.completions]);
  expect(rankEnvironment({ ...env, JOB_COMPLETION_INDEX: String(last) })).toEqual({
    rank: last,
    ranks: spec.completions,
    localRank: 0,
    localRanks: null,
    redis: {
      host: service.metadata.name,
      port: service.spec.ports[0].port,
      tls: false,
      database: 0,
      login: null,
    },
  });
  const { given } = parseArguments(container.args, storageFlags);
  const { values } = resolveFlags(storageFlags, given, {}, null);
  expect(() => checkRankFlags(values, spec.completions)).not.toThrow();
  expect(settingsOf(values, spec.completions).steps).toBe(200);
  expect(kind("Deployment").spec.template.metadata.labels).toEqual(service.spec.selector);
});
