// The laws of journals, over IndexedDB. Each "process" is a frame: it has a life and locks of its own, as a page has, and
// ends without a word when it is taken out.
import type { UploadJournals } from "../../../../src/client/upload/upload-journal.ts";
import { journalLaws } from "../../../contract/upload-journal-contract.ts";

interface FrameWindow extends Window {
  readonly test: { createIndexedDbJournals(databaseName: string): UploadJournals };
}

/** @throws what is wrong, when the law of this index does not hold */
export async function checkJournalLaw(index: number): Promise<void> {
  const databaseName = `law-${index}`;
  const frames: HTMLIFrameElement[] = [];
  await journalLaws[index]?.check({
    async start() {
      const frame = await openFrame();
      frames.push(frame);
      const { test } = frame.contentWindow as FrameWindow;
      return {
        journals: test.createIndexedDbJournals(databaseName),
        crash: () => frame.remove(),
      };
    },
  });
  for (const frame of frames) {
    frame.remove();
  }
}

async function openFrame(): Promise<HTMLIFrameElement> {
  const frame = document.createElement("iframe");
  const loaded = new Promise((resolve) => {
    frame.onload = resolve;
  });
  frame.src = location.href;
  document.body.append(frame);
  await loaded;
  return frame;
}
