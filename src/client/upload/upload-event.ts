// What an upload tells while it runs, to `onEvent` and to `for await` over its handle. Plain values: safe to keep, to
// send to another thread, or to print as JSON once CRCs are written as text.
import type { UploadProgress } from "./upload-progress.ts";
import type { UploadResult } from "./upload-result.ts";

export type UploadEvent =
  /** How the source will be cut and why, one reason a line. */
  | {
      readonly type: "planned";
      readonly method: "multipart" | "put";
      /** Undefined for a stream without a known length. */
      readonly sizeBytes: number | undefined;
      readonly partSizeBytes: number;
      readonly partCount: number | undefined;
      readonly reasons: readonly string[];
    }
  /** An earlier run's parts count: what is left is sent. */
  | {
      readonly type: "continued";
      readonly uploadId: string;
      readonly found: "journal" | "service";
      readonly keptPartCount: number;
      readonly keptBytes: number;
    }
  /** There was an earlier run, but it cannot be continued, for `reason`, such as that the file has changed. */
  | { readonly type: "restarted"; readonly reason: string }
  /** Something that the user should know and that does not end the upload. */
  | { readonly type: "warning"; readonly code: UploadWarningCode; readonly message: string }
  | ({ readonly type: "progress" } & UploadProgress)
  | {
      readonly type: "part-done";
      readonly partNumber: number;
      readonly sizeBytes: number;
      readonly attempts: number;
      readonly tookMs: number;
    }
  /** `partNumber` is left out when it is not a part that is sent again. */
  | {
      readonly type: "retry";
      readonly partNumber?: number;
      readonly attempt: number;
      readonly waitMs: number;
      readonly code: string;
    }
  /**
   * From `fromPartNumber` on the source is cut anew: into smaller parts because larger ones kept breaking, or into larger
   * ones again because those held.
   */
  | {
      readonly type: "recut";
      readonly change: "larger" | "smaller";
      readonly fromPartNumber: number;
      readonly partSizeBytes: number;
      readonly partCount: number;
      readonly reason: string;
    }
  /** The slowest part is sent a second time, on a new connection; the first answer wins. */
  | { readonly type: "part-duplicated"; readonly partNumber: number }
  /**
   * The connection that carried this part was far slower than those beside it: it is closed, and the part sent again from
   * its first byte on a new one. Both in bytes a second.
   */
  | {
      readonly type: "slow-connection";
      readonly partNumber: number;
      readonly goodput: number;
      readonly usualGoodput: number;
    }
  /** From now on so many parts side by side, of all uploads of the client together, and why. */
  | { readonly type: "window"; readonly size: number; readonly reason: string }
  | { readonly type: "paused" }
  | { readonly type: "resumed" }
  | { readonly type: "done"; readonly result: UploadResult }
  | { readonly type: "failed"; readonly code: string; readonly message: string };

export type UploadWarningCode =
  /** The journal cannot be written, so this upload can be continued only by what the service lists. */
  | "journal-unwritable"
  /**
   * The service keeps parts of older uploads of the same key, which take space. Told by uploads in parts that may be
   * continued, which look for them anyway; one in one piece would need a request more.
   */
  | "stale-uploads"
  /** An upload that was found on the service was begun by someone who wanted the object to carry something else. */
  | "headers-differ"
  /** A stream's parts are smaller than asked for, or than they would be, for want of room to keep them until they are sent. */
  | "part-size-unmet"
  /** The parts of an upload that failed, or that an earlier run left and that cannot go on, could not be removed. */
  | "parts-left";
