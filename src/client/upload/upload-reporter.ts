// Tells what happens to whoever listens: `onProgress`, `onEvent`, and each `for await` over the handle. A listener that
// throws ends the upload; it never breaks the step that told it.
import { EventQueue } from "./event-queue.ts";
import type { UploadEvent } from "./upload-event.ts";
import { type ProgressListener, ProgressReporter, type UploadProgress } from "./upload-progress.ts";
import type { UploadResult } from "./upload-result.ts";

/** Enough for an event of each of 10,000 parts and their retries; of more, the oldest are dropped. */
const EVENT_COUNT_MAX = 32_768;

/** What a listener who comes late is told first. Their number is bounded by the phases of an upload, but for warnings. */
const REMEMBERED_COUNT_MAX = 64;
const remembered: ReadonlySet<UploadEvent["type"]> = new Set([
  "planned",
  "continued",
  "restarted",
  "recut",
  "warning",
  "done",
  "failed",
]);

export interface UploadListeners {
  readonly onProgress?: ProgressListener | undefined;
  readonly onEvent?: ((event: UploadEvent) => void) | undefined;
}

export class UploadReporter {
  readonly progress: ProgressReporter;
  #listeners: UploadListeners;
  readonly #fail: (error: unknown) => void;
  readonly #queues = new Set<EventQueue<UploadEvent>>();
  readonly #remembered: UploadEvent[] = [];
  #isEnded = false;

  /** @param fail  ends the upload when a listener throws */
  constructor(listeners: UploadListeners, fail: (error: unknown) => void) {
    this.#listeners = listeners;
    this.#fail = fail;
    this.progress = new ProgressReporter(
      { totalBytes: 0, partCount: 0 },
      (progress) => this.#tellProgress(progress),
      () => this.#listeners.onProgress !== undefined || this.#isEventHeard,
    );
  }

  /** Whether someone learns of a failure from the events. */
  get isListenedTo(): boolean {
    return this.#listeners.onEvent !== undefined;
  }

  /** After the last event, `done` or `failed`, nothing more is told. */
  tell(event: UploadEvent): void {
    if (this.#isEnded) {
      return;
    }
    this.#isEnded = event.type === "done" || event.type === "failed";
    if (remembered.has(event.type) && this.#remembered.length < REMEMBERED_COUNT_MAX) {
      this.#remembered.push(event);
    }
    this.#call(() => this.#listeners.onEvent?.(event));
    for (const queue of this.#queues) {
      queue.push(event);
      if (this.#isEnded) {
        queue.end();
      }
    }
    if (this.#isEnded) {
      this.#queues.clear();
    }
  }

  done(result: UploadResult): void {
    this.progress.enter("done");
    this.tell({ type: "done", result });
  }

  failed(error: unknown): void {
    if (this.progress.progress.phase !== "failed") {
      this.progress.enter("failed");
    }
    this.tell({ type: "failed", code: codeOf(error), message: messageOf(error) });
  }

  /** The events from now on, and first the important ones that were. */
  events(): AsyncIterableIterator<UploadEvent> {
    const queue: EventQueue<UploadEvent> = new EventQueue(
      { isReplaceable: ({ type }) => type === "progress", lengthMax: EVENT_COUNT_MAX },
      () => this.#queues.delete(queue),
    );
    for (const event of this.#remembered) {
      queue.push(event);
    }
    if (this.#isEnded) {
      queue.end();
      return queue;
    }
    this.#queues.add(queue);
    return queue;
  }

  #tellProgress(progress: UploadProgress): void {
    this.#call(() => this.#listeners.onProgress?.(progress));
    if (this.#isEventHeard) {
      this.tell({ type: "progress", ...progress });
    }
  }

  get #isEventHeard(): boolean {
    return this.#listeners.onEvent !== undefined || this.#queues.size > 0;
  }

  #call(listener: () => void): void {
    try {
      listener();
    } catch (error) {
      // It is not called again, or the clean-up would fail on it too.
      this.#listeners = {};
      this.#fail(error);
    }
  }
}

function codeOf(error: unknown): string {
  if (typeof error === "object" && error !== null) {
    if ("code" in error && typeof error.code === "string") {
      return error.code;
    }
    if ("name" in error && typeof error.name === "string") {
      return error.name;
    }
  }
  return "Error";
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
