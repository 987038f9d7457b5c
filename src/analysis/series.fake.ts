import { type Rng, rngFor } from "../core/rng.ts";

/** Latencies of a simulated run with known truth: log-normal with median 1, `sd` on the log scale, AR(1) there with `phi`. */
export function latencies(seed: number, n: number, phi = 0, sd = 0.5): Float64Array {
  return autoregression(rngFor(seed, "latencies"), n, phi).map((z) => Math.exp(sd * z));
}

/** A stationary AR(1) series of standard normals; independent for `phi` 0. */
export function autoregression(rng: Rng, n: number, phi: number): Float64Array {
  let z = rng.normal();
  return Float64Array.from({ length: n }, () => {
    const now = z;
    z = phi * z + Math.sqrt(1 - phi * phi) * rng.normal();
    return now;
  });
}
