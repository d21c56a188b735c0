// Holds back what a page sends. A page gives the browser whole parts, which go as fast as the line does: what is held back
// is the reading of them, so the limit is kept over the time of several parts and not within one.
import type { Clock } from "../clock.ts";
import type { BandwidthLimit } from "../flow/bandwidth-limit.ts";
import { assertBandwidth, type BodyLimit } from "../flow/body-limit.ts";
import type { PageLoaders } from "./page-loaders.ts";

/** @throws {RangeError} unless `bytesPerSecond` is an integer from BANDWIDTH_MIN */
export function pageBandwidth(loaders: PageLoaders, bytesPerSecond: number, clock: Clock): BodyLimit {
  assertBandwidth(bytesPerSecond);
  let limit: BandwidthLimit | undefined;
  const loaded = async () => {
    const { BandwidthLimit } = await loaders.multipart();
    limit ??= new BandwidthLimit(bytesPerSecond, clock);
    return limit;
  };
  return {
    limited: (body, signal) => ({
      ...body,
      async *chunks() {
        yield* (await loaded()).limited(body, signal).chunks();
      },
    }),
    async *received(body, signal) {
      yield* (await loaded()).received(body, signal);
    },
  };
}
