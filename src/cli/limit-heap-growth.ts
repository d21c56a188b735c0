// How much garbage a server gathers before V8 collects it. Left to itself V8 waits, under load, until the old generation
// is up to four times what lives in it: of a server that needs 15 MiB of objects, it takes 65 MiB and keeps them.
import { setFlagsFromString } from "node:v8";

/** Of what was alive at the last collection. */
const GROWTH_MAX_PERCENT = 50;

/**
 * From the next collection on, V8 begins one when the old generation has grown by half. What that adds is about one percent
 * of a busy server's time.
 *
 * For a process that is nothing but a server: it holds for all of it. V8 reads this flag after each collection, so it
 * may be set while the process runs. Source: V8, heap-controller.cc.
 */
export function limitHeapGrowth(): void {
  setFlagsFromString(`--heap-growing-percent=${GROWTH_MAX_PERCENT}`);
}
