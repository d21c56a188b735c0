import { equal } from "node:assert/strict";
import { describe, it } from "node:test";
import { defaultJournalFolder } from "../../../src/client/node/journal-folder.ts";

describe("defaultJournalFolder()", () => {
  const cases = [
    {
      platform: "linux",
      environment: {},
      homeFolder: "/home/a",
      folder: "/home/a/.local/state/partwise/uploads",
    },
    {
      platform: "linux",
      environment: { XDG_STATE_HOME: "/state" },
      homeFolder: "/home/a",
      folder: "/state/partwise/uploads",
    },
    {
      platform: "linux",
      environment: { XDG_STATE_HOME: "state" },
      homeFolder: "/home/a",
      folder: "/home/a/.local/state/partwise/uploads",
    },
    {
      platform: "darwin",
      environment: { XDG_STATE_HOME: "/state" },
      homeFolder: "/Users/a",
      folder: "/Users/a/Library/Application Support/partwise/uploads",
    },
    {
      platform: "win32",
      environment: { LOCALAPPDATA: "D:\\Local" },
      homeFolder: "C:\\Users\\a",
      folder: "D:\\Local\\partwise\\uploads",
    },
    {
      platform: "win32",
      environment: {},
      homeFolder: "C:\\Users\\a",
      folder: "C:\\Users\\a\\AppData\\Local\\partwise\\uploads",
    },
  ];
  for (const { folder, ...facts } of cases) {
    it(`is ${folder} with ${JSON.stringify(facts.environment)} on ${facts.platform}`, () => {
      equal(defaultJournalFolder(facts), folder);
    });
  }
});
