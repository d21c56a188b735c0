// An upload under way: awaited like a promise, listened to, paused, gone on with and cancelled.
import type { UploadEvent } from "./upload-event.ts";
import type { UploadProgress } from "./upload-progress.ts";
import type { UploadResult } from "./upload-task.ts";

export interface CancelOptions {
  /** Leave the parts with the service, for a later run to go on with; default false: they are removed. */
  readonly keepParts?: boolean;
}

/** Each handle is its own: what is done to it concerns no other upload. */
export interface UploadHandle extends Promise<UploadResult>, AsyncIterable<UploadEvent> {
  readonly key: string;
  /** How things stand. */
  readonly progress: UploadProgress;
  /** Ends the parts under way, keeps those that are done and frees the connections. Does nothing at or after the end. */
  pause(): void;
  /** Goes on after `pause`. */
  resume(): void;
  /**
   * Ends the upload; its promise rejects with `cancelled`. Connections are closed at once.
   *
   * @returns when nothing of it runs any more
   */
  cancel(options?: CancelOptions): Promise<void>;
}
