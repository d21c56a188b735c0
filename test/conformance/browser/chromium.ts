// The browser of the system: playwright-core drives it and brings none of its own.
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { SuiteUnavailable } from "../suite.ts";
import { installDebianPackages } from "../system-packages.ts";

/** What the scenarios use of playwright-core, whose own types need the DOM's. */
export interface Browser extends AsyncDisposable {
  newContext(): Promise<BrowserContext>;
}

export interface BrowserContext {
  setDefaultTimeout(timeoutMs: number): void;
  newPage(): Promise<Page>;
  setOffline(isOffline: boolean): Promise<void>;
  close(): Promise<void>;
}

export interface Page {
  goto(url: string): Promise<unknown>;
  reload(): Promise<unknown>;
  /** The value of an expression, awaited. */
  evaluate(expression: string): Promise<unknown>;
  /** Until the expression is true. */
  waitForFunction(expression: string): Promise<unknown>;
  /** Has the user pick a file. */
  setInputFiles(selector: string, path: string): Promise<void>;
}

interface Playwright {
  readonly chromium: {
    launch(options: {
      readonly executablePath: string;
      readonly args: readonly string[];
      readonly timeout: number;
    }): Promise<Browser>;
  };
}

const PLACES = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
const LAUNCH_TIMEOUT_MS = 60_000;

/** @throws {SuiteUnavailable} */
export async function prepareChromium(signal: AbortSignal): Promise<void> {
  if (findChromium() === undefined) {
    await installDebianPackages(["chromium"], signal);
  }
  if (findChromium() === undefined) {
    throw new SuiteUnavailable("Chromium is not among the system's programs and cannot be installed");
  }
}

export function launchChromium(): Promise<Browser> {
  const { chromium } = createRequire(import.meta.url)("playwright-core") as Playwright;
  const executablePath = findChromium() ?? "chromium";
  // The sandbox needs rights that a container does not have, and what runs here is ours.
  const args = ["--no-sandbox", "--disable-dev-shm-usage"];
  return chromium.launch({ executablePath, args, timeout: LAUNCH_TIMEOUT_MS });
}

function findChromium(): string | undefined {
  return PLACES.find((path) => existsSync(path));
}
