// An upload under way: awaited like a promise, listened to, paused, gone on with and cancelled.
import type { CancelOptions, UploadControl } from "./upload-control.ts";
import type { UploadEvent } from "./upload-event.ts";
import type { UploadProgress } from "./upload-progress.ts";
import type { UploadReporter } from "./upload-reporter.ts";
import type { UploadResult } from "./upload-result.ts";

/** Each handle is its own: what is done to it concerns no other upload. */
export interface UploadHandle extends Promise<UploadResult>, AsyncIterable<UploadEvent> {
  readonly key: string;
  /** How things stand. */
  readonly progress: UploadProgress;
  /**
   * Ends the parts under way, keeps those that are done and frees connections and memory. What completes is not held up:
   * a pause then does nothing, unless the upload has to begin anew.
   */
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

export interface UploadHandleParts {
  readonly key: string;
  readonly result: Promise<UploadResult>;
  readonly control: UploadControl;
  readonly reporter: UploadReporter;
}

/** A real promise with the handle's properties on it. */
export function uploadHandle({ key, result, control, reporter }: UploadHandleParts): UploadHandle {
  // Whoever listens to the events learns of a failure there.
  const markHandled = () => {
    result.catch(() => {});
  };
  if (reporter.isListenedTo) {
    markHandled();
  }
  const properties: PropertyDescriptorMap = {
    key: { value: key, enumerable: true },
    progress: { get: () => reporter.progress.progress, enumerable: true },
    pause: { value: () => control.pause() },
    resume: { value: () => control.resume() },
    cancel: {
      value: async (options: CancelOptions = {}) => {
        markHandled();
        control.cancel(key, options);
        await result.catch(() => {});
      },
    },
    [Symbol.asyncIterator]: {
      value: () => {
        markHandled();
        return reporter.events();
      },
    },
  };
  return Object.defineProperties(result, properties) as UploadHandle;
}
