// What can happen to an upload in parts, and what can follow: the words between its state and its conductor.
import type { UploadedPart } from "./part-info.ts";

export type UploadPhase =
  | "initiating"
  | "uploading"
  | "completing"
  | "completed"
  /** The service has no such upload any more; what is under way for it has yet to end before a new one begins. */
  | "restarting"
  /** It has failed; parts that are under way have yet to end, for one that arrives after the abort would stay. */
  | "stopping"
  | "aborting"
  | "failed";

/** What to do with the parts when the upload fails. */
export type OnFailure = "abort" | "leave-parts";

export type UploadFact =
  | { readonly type: "initiated"; readonly uploadId: string }
  /** Instead of initiating: an earlier run's upload, with the parts of it that count. */
  | { readonly type: "continued"; readonly uploadId: string; readonly parts: readonly UploadedPart[] }
  /** There is room for one more part. */
  | { readonly type: "place" }
  /** There is room, nothing waits for it, and this part takes so long that it is worth sending twice. */
  | { readonly type: "tail"; readonly partNumber: number }
  | { readonly type: "part-uploaded"; readonly part: UploadedPart }
  /** It ended because it was told to. */
  | { readonly type: "part-stopped"; readonly partNumber: number }
  | { readonly type: "part-failed"; readonly partNumber: number; readonly error: unknown }
  /** The service answered, to a part or to the completion, that it has no such upload. */
  | { readonly type: "upload-gone"; readonly partNumber?: number | undefined; readonly error: unknown }
  /** One more part has come of a source that is cut while it is read. */
  | { readonly type: "part-read" }
  /** Parts keep breaking, and smaller ones might not. */
  | { readonly type: "parts-too-large" }
  /** What follows the first `keptCount` parts, of which none is there or under way, was cut anew: there are so many now. */
  | { readonly type: "recut"; readonly keptCount: number; readonly partCount: number }
  /** There will be no more of them. */
  | { readonly type: "source-ended" }
  | { readonly type: "initiate-failed"; readonly error: unknown }
  /** `isUploadGone`: the object was made, and is not what it should be. */
  | { readonly type: "complete-failed"; readonly error: unknown; readonly isUploadGone: boolean }
  | { readonly type: "completed" }
  | { readonly type: "pause" }
  | { readonly type: "resume" }
  /** Whatever else ends the upload, such as its user; `onFailure` then overrides what was said at the start. */
  | { readonly type: "failed"; readonly error: unknown; readonly onFailure?: OnFailure | undefined }
  | { readonly type: "aborted" }
  | { readonly type: "abort-failed" };

export type UploadAction =
  | { readonly type: "initiate" }
  | {
      readonly type: "send-part";
      readonly uploadId: string;
      readonly partNumber: number;
      readonly isDuplicate: boolean;
    }
  /** End whoever still sends this part: it is there. */
  | { readonly type: "stop-part"; readonly partNumber: number }
  /** End all parts under way; they will be asked for again. */
  | { readonly type: "stop-parts" }
  /** Nobody sends any part: cut what is not there into smaller ones. */
  | { readonly type: "recut" }
  | { readonly type: "complete"; readonly uploadId: string; readonly parts: readonly UploadedPart[] }
  | { readonly type: "tell-paused" }
  | { readonly type: "tell-resumed" }
  | { readonly type: "tell-restarted"; readonly error: unknown }
  /** End what is under way: the parts, and the call that initiates or completes. */
  | { readonly type: "stop" }
  | { readonly type: "abort"; readonly uploadId: string }
  /** Nothing more will happen. */
  | { readonly type: "finish" };
