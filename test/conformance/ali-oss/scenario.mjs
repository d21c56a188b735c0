// What every scenario needs: a client, a bucket of its own, and a way to say what must be refused.
// The client brings no types, so its program is written without them, as those in other languages are.
import { createRequire } from "node:module";
import { env } from "node:process";

const OSS = createRequire(import.meta.url)("ali-oss");

export const endpoint = env.PARTWISE_ENDPOINT;
export const baseHost = env.PARTWISE_BASE_HOST;
export const PART_SIZE = 100 * 1024;

const scenarios = [];
let bucketCount = 0;

/** Registers a function that is called with a client of a fresh bucket, and fails by an exception. */
export function scenario(name, run) {
  scenarios.push({ name, run });
}

/** With `sldEnable` the client sends the bucket in the path; otherwise it sends it in the host, even of an IP address. */
export function clientOf(bucket, options = {}) {
  return new OSS({
    accessKeyId: env.PARTWISE_ACCESS_KEY_ID,
    accessKeySecret: env.PARTWISE_ACCESS_KEY_SECRET,
    endpoint,
    region: `oss-${env.PARTWISE_REGION}`,
    bucket,
    authorizationV4: env.PARTWISE_SIGNATURE === "V4",
    sldEnable: env.PARTWISE_ALI_OSS_STYLE === "path",
    retryMax: 0,
    timeout: 20_000,
    ...options,
  });
}

/** Runs every scenario and prints one line for each: `ok NAME` or `not ok NAME: REASON`. */
export async function runScenarios() {
  for (const { name, run } of scenarios) {
    const full = env.PARTWISE_ALI_OSS_STYLE === "path" ? `${name}, with the bucket in the path` : name;
    try {
      bucketCount += 1;
      const style = env.PARTWISE_ALI_OSS_STYLE;
      const bucket = `ali-oss-${env.PARTWISE_SIGNATURE.toLowerCase()}-${style}-${bucketCount}`;
      const client = clientOf(bucket);
      await client.putBucket(bucket);
      await run(client, bucket);
      console.log(`ok ${full}`);
    } catch (failure) {
      const text = `${failure.code ?? ""} ${failure.status ?? ""} ${failure.message ?? failure}`;
      console.log(`not ok ${full}: ${text.replaceAll(/\s+/g, " ").trim().slice(0, 600)}`);
    }
  }
}

/** Calls `action`, which the service must refuse with this status and code. */
export async function refused(status, code, action) {
  try {
    await action();
  } catch (failure) {
    if (failure.status === status && failure.code === code) {
      return failure;
    }
    throw new Error(`expected ${status} ${code}, got ${failure.status} ${failure.code} ${failure.message}`);
  }
  throw new Error(`it was not refused with ${status} ${code}`);
}

/** Bytes that repeat on no part boundary, the same in every run. */
export function pattern(sizeBytes) {
  const bytes = Buffer.alloc(sizeBytes);
  let state = 2463534242;
  for (let index = 0; index < sizeBytes; index++) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    bytes[index] = state & 0xff;
  }
  return bytes;
}
