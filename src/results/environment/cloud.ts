/** The link-local address where GCE, EC2 and Azure all answer. */
export const METADATA_SERVICE = "http://169.254.169.254";

export interface Cloud {
  provider: "gce" | "ec2" | "azure";
  /** e.g. `a3-highgpu-8g`, `p5.48xlarge`, `Standard_ND96isr_H100_v5` */
  instanceType: string;
  /** Zone, or region where the provider names no zone. */
  zone: string | null;
}

type Ask = (path: string, init: RequestInit) => Promise<Response>;

/** The service is on the machine's own host and answers in about a millisecond; elsewhere the address leads nowhere. */
export const ANSWER_MS = 300;

/**
 * Asks all three metadata services at once for machine type and zone, and for nothing else: their other entries hold
 * start-up scripts, keys and tokens.
 * @param baseUrl `METADATA_SERVICE`, or a stand-in's address in tests
 * @returns null when none answers in time; never throws
 */
export async function identifyCloud(baseUrl: string, timeoutMs = ANSWER_MS): Promise<Cloud | null> {
  const finished = new AbortController();
  const signal = AbortSignal.any([finished.signal, AbortSignal.timeout(timeoutMs)]);
  const ask: Ask = async (path, init) => {
    // A proxy would answer for another machine, or carry the question out of this one.
    const response = await fetch(baseUrl + path, {
      ...init,
      signal,
      proxy: false,
      redirect: "error",
      keepalive: false,
    });
    if (!response.ok) throw new Error(`status ${response.status}`);
    return response;
  };
  try {
    return await Promise.any([askGce(ask), askEc2(ask), askAzure(ask)]);
  } catch {
    return null;
  } finally {
    finished.abort();
  }
}

/** https://cloud.google.com/compute/docs/metadata/overview */
async function askGce(ask: Ask): Promise<Cloud> {
  const read = async (name: string) => {
    const response = await ask(`/computeMetadata/v1/instance/${name}`, {
      headers: { "Metadata-Flavor": "Google" },
    });
    if (response.headers.get("metadata-flavor") !== "Google") throw new Error("not Google's");
    // projects/123/machineTypes/a3-highgpu-8g
    return word((await response.text()).split("/").at(-1));
  };
  const [instanceType, zone] = await Promise.all([read("machine-type"), read("zone")]);
  return { provider: "gce", instanceType, zone };
}

/** IMDSv2: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instancedata-data-retrieval.html */
async function askEc2(ask: Ask): Promise<Cloud> {
  const granted = await ask("/latest/api/token", {
    method: "PUT",
    headers: { "X-aws-ec2-metadata-token-ttl-seconds": "60" },
  });
  const headers = { "X-aws-ec2-metadata-token": word(await granted.text()) };
  const read = async (name: string) =>
    word(await (await ask(`/latest/meta-data/${name}`, { headers })).text());
  const [instanceType, zone] = await Promise.all([
    read("instance-type"),
    read("placement/availability-zone"),
  ]);
  return { provider: "ec2", instanceType, zone };
}

/** https://learn.microsoft.com/en-us/azure/virtual-machines/instance-metadata-service */
async function askAzure(ask: Ask): Promise<Cloud> {
  const read = async (name: string) => {
    const path = `/metadata/instance/compute/${name}?api-version=2021-02-01&format=text`;
    return word(await (await ask(path, { headers: { Metadata: "true" } })).text());
  };
  const [instanceType, zone] = await Promise.all([read("vmSize"), read("location")]);
  return { provider: "azure", instanceType, zone };
}

/** One short word; anything else (a captive portal's page, say) is no answer. */
function word(text: string | undefined): string {
  const found = /^[\w.+/=-]{1,200}$/.exec((text ?? "").trim())?.[0];
  if (found === undefined) throw new Error("not a metadata service");
  return found;
}
