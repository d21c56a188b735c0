// Our own entry for browsers, in a browser.
import { launchChromium, prepareChromium } from "../browser/chromium.ts";
import { browserScenarios } from "../browser/scenarios.ts";
import { openWorld } from "../browser/world.ts";
import type { ScenarioResult, Suite } from "../suite.ts";

const SCENARIO_TIMEOUT_MS = 120_000;

export const browser: Suite = {
  name: "browser",
  client: "partwise/browser in Chromium",
  // Of playwright-core, which drives it, as in package.json; Chromium is the system's.
  version: "1.65.1",
  describes:
    "Scenarios of our own in headless Chromium, from a page of another origin: uploads of picked files with temporary keys and with signed URLs, resumed after a reload; aborts, changed files, refusals; and the laws of journals over IndexedDB.",
  signatures: ["V4"],
  prepare: prepareChromium,
  async run(server, signal) {
    await using chromium = await launchChromium();
    const results: ScenarioResult[] = [];
    for (const [index, { name, run }] of browserScenarios.entries()) {
      signal.throwIfAborted();
      await using world = await openWorld(server, chromium, String(index));
      const reason = await failureOf(run(world));
      results.push(
        reason === undefined
          ? { signature: "V4", name, verdict: "passed" }
          : { signature: "V4", name, verdict: "failed", reason },
      );
    }
    return results;
  },
};

async function failureOf(running: Promise<void>): Promise<string | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new Error(`it took more than ${SCENARIO_TIMEOUT_MS} ms`)),
      SCENARIO_TIMEOUT_MS,
    );
  });
  try {
    await Promise.race([running, late]);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  } finally {
    clearTimeout(timer);
  }
}
