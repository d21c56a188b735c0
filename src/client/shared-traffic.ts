// What the clients of several buckets share when they are given the same: without it each finds out by itself how many
// transfers a line carries, and each takes the whole of the bandwidth that its user allows.
import type { Caller } from "./call.ts";

type Traffic = Pick<Caller, "bandwidth" | "memory" | "window">;

/**
 * Give it to several clients as `traffic`: transfers to one host then share their places, what was measured, and the limit
 * of bandwidth, as the first of the clients was told to have them.
 */
export class SharedTraffic {
  readonly #byHost = new Map<string, Traffic>();

  /** That of a host; `begin` makes it for the first client. */
  of(host: string, begin: () => Traffic): Traffic {
    const known = this.#byHost.get(host) ?? begin();
    this.#byHost.set(host, known);
    return known;
  }
}
