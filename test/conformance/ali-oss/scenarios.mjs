// Runs every scenario of the suite, and prints its results.
import "./objects.mjs";
import "./multipart.mjs";
import "./buckets.mjs";
import "./identities.mjs";
import { runScenarios } from "./scenario.mjs";

await runScenarios();
