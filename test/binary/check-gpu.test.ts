import { afterAll, expect, setDefaultTimeout } from "bun:test";
import { chmodSync, existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { checkCopies } from "../../scripts/gpu/copies.ts";
import { readMachine } from "../../src/telemetry/gpu/read-machine.ts";
import { FakeCudas } from "../fakes/cuda.ts";
import { FakeNvmls, fakeTest } from "../fakes/nvml.ts";
import { testWhere } from "../skip.ts";
import { binary, start } from "../support/binary.ts";
import { folderForEach } from "../support/folder.ts";

/* scripts/check-gpu is for machines with a GPU; here it runs against stand-ins, so that it works when one is at hand. */

setDefaultTimeout(120_000);

const CHECK = join(import.meta.dir, "../../scripts/gpu/check.ts");
const fakes = new FakeNvmls();
const cudas = new FakeCudas();
afterAll(() => {
  fakes.remove();
  cudas.remove();
});
const folder = folderForEach();

/** What nvidia-smi says of the stand-in GPU, in the words of driver 570, but for its fan. */
const XML = `<?xml version="1.0" ?>
<!DOCTYPE nvidia_smi_log SYSTEM "nvsmi_device_v12.dtd">
<nvidia_smi_log>
  <driver_version>570.86.15</driver_version>
  <gpu id="00000000:04:00.0">
    <product_name>NVIDIA Fake 0</product_name>
    <product_architecture>Hopper</product_architecture>
    <mig_mode><current_mig>Disabled</current_mig><pending_mig>Disabled</pending_mig></mig_mode>
    <mig_devices>None</mig_devices>
    <uuid>GPU-1b0c0000-0000-4000-8000-000000000000</uuid>
    <pci>
      <pci_bus_id>00000000:04:00.0</pci_bus_id>
      <pci_gpu_link_info>
        <pcie_gen><max_link_gen>5</max_link_gen><current_link_gen>5</current_link_gen></pcie_gen>
        <link_widths><max_link_width>16x</max_link_width><current_link_width>16x</current_link_width></link_widths>
      </pci_gpu_link_info>
      <tx_util>1400 KB/s</tx_util>
      <rx_util>2600 KB/s</rx_util>
    </pci>
    <fan_speed>30 %</fan_speed>
    <performance_state>P0</performance_state>
    <clocks_event_reasons>
      <clocks_event_reason_gpu_idle>Not Active</clocks_event_reason_gpu_idle>
      <clocks_event_reason_sw_power_cap>Active</clocks_event_reason_sw_power_cap>
    </clocks_event_reasons>
    <fb_memory_usage><total>81559 MiB</total><reserved>551 MiB</reserved><used>1024 MiB</used><free>79983 MiB</free></fb_memory_usage>
    <compute_mode>Default</compute_mode>
    <utilization><gpu_util>37 %</gpu_util><memory_util>21 %</memory_util></utilization>
    <ecc_mode><current_ecc>Enabled</current_ecc><pending_ecc>Enabled</pending_ecc></ecc_mode>
    <ecc_errors>
      <volatile>
        <sram_correctable>1</sram_correctable><sram_uncorrectable_parity>0</sram_uncorrectable_parity>
        <dram_correctable>2</dram_correctable><dram_uncorrectable>0</dram_uncorrectable>
      </volatile>
      <aggregate><dram_correctable>13</dram_correctable></aggregate>
    </ecc_errors>
    <temperature><gpu_temp>41 C</gpu_temp><memory_temp>52 C</memory_temp></temperature>
    <gpu_power_readings>
      <average_power_draw>300.50 W</average_power_draw><instant_power_draw>310.25 W</instant_power_draw>
      <current_power_limit>700.00 W</current_power_limit>
    </gpu_power_readings>
    <clocks><sm_clock>1980 MHz</sm_clock><mem_clock>2619 MHz</mem_clock></clocks>
    <max_clocks><sm_clock>1980 MHz</sm_clock><mem_clock>2619 MHz</mem_clock></max_clocks>
    <processes>
      <process_info><pid>4242</pid><used_memory>1 MiB</used_memory></process_info>
      <process_info><pid>77</pid><used_memory>1 MiB</used_memory></process_info>
    </processes>
  </gpu>
</nvidia_smi_log>`;

fakeTest(
  "every figure agrees but the one that differs; energy and cost are held against their limits",
  async () => {
    const smi = join(folder.path, "nvidia-smi");
    writeFileSync(smi, `#!/bin/sh\ncat <<'END'\n${XML}\nEND\n`);
    chmodSync(smi, 0o755);
    const fake = fakes.make([
      "set 0 reasons 4",
      "set 0 ecc_corrected 3",
      "process 0 compute 4242 1048576",
      "process 0 graphics 77 1048576",
    ]);
    const command = [process.execPath, CHECK, "--duration", "3", "--load", "exec sleep 60"];
    const cuda = cudas.make();
    const env = { ...fake.env, ...cuda.env, PATH: `${folder.path}:/usr/bin:/bin` };
    const { exit, stdout } = await start(command, folder.path, env).outcome;
    expect(stdout).toContain("FAILED GPU 0: 32 of 33 figures agree, but not: fan\n");
    expect(stdout).toContain("ok     GPU 0: 0.67 GB came back as they were copied\n");
    expect(stdout).toMatch(/GPU 0: \d+\.\d GB\/s to the device, from .* link of 63\.0 GB\/s/);
    expect(stdout).toMatch(/GPU 0: counter \d+ J, integral of power\.draw \d+ J, -?\d+\.\d % \(at 301 W\)/);
    expect(stdout).toMatch(/at 10 ms: \d+\.\d\d % of a core/);
    expect(exit).toBe(1);
  },
);

fakeTest("a wrong bit on the device is a failure", async () => {
  const env = { PATH: "/usr/bin:/bin", ...fakes.make().env, ...cudas.make(["corrupt 3"]).env };
  const machine = readMachine(env, null);
  if (!machine.ok) throw new Error(machine.reason);
  const verdicts: [boolean, string][] = [];
  await checkCopies([binary], machine.gpus, env, (holds, text) => verdicts.push([holds, text]));
  expect(verdicts).toEqual([
    [false, expect.stringMatching(/^GPU 0: copying ended with exit 1: .*came back from the GPU with other/s)],
  ]);
});

const noDriverTest = testWhere(!existsSync("/proc/driver/nvidia/version"), "an NVIDIA driver is here");
noDriverTest("without a GPU it says so: exit 4", async () => {
  const { exit, stdout } = await start([process.execPath, CHECK], folder.path).outcome;
  expect([exit, stdout.includes("no GPU: ")]).toEqual([4, true]);
});
