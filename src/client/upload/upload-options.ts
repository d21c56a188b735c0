// What a user may say about an upload.
import type { ObjectAcl } from "../../protocol/fields/access-control.ts";
import type { ObjectHeaders } from "../../protocol/fields/object-headers.ts";
import type { Tags } from "../../protocol/fields/tagging.ts";
import type { TransferConcurrency } from "../flow/transfer-window.ts";
import type { UploadEvent } from "./upload-event.ts";
import type { UploadJournals } from "./upload-journal.ts";
import type { ProgressListener } from "./upload-progress.ts";

export interface UploadOptions {
  /**
   * Bytes, PART_SIZE_MIN_BYTES … PART_SIZE_MAX_BYTES. Default: chosen by the size and by what earlier uploads measured,
   * 256 KiB to 8 MiB below 8 GB, see choose-part-size.ts; while parts break again and again, those that are not there yet
   * become smaller, see shrink-parts.ts and grow-parts.ts. Doubled until 10,000 parts suffice; of a stream of unknown length 8 MiB,
   * doubled after each thousand parts.
   */
  readonly partSize?: number | undefined;
  /**
   * How many parts are sent at a time. By default, and with "auto", what all transfers of the client share; a number or
   * bounds are for this upload alone. Each part under way takes 2 MiB of memory.
   */
  readonly concurrency?: TransferConcurrency | undefined;
  /** Bytes; smaller sources go in one piece. Default 8 MiB; 0: all but an empty one go in parts. */
  readonly multipartThreshold?: number | undefined;
  /** Of a stream, if it is known: it then has to have exactly as many bytes. Other sources know it themselves. */
  readonly sizeBytes?: number | undefined;
  /** What the object will carry. Default: the content type by the end of its key. */
  readonly objectHeaders?: ObjectHeaders | undefined;
  /** Of the object; at most 10. */
  readonly tags?: Tags | undefined;
  /** Of the object. Default: whatever the bucket says. */
  readonly objectAcl?: ObjectAcl | undefined;
  /** Fails with FileAlreadyExists when the object is there. */
  readonly forbidOverwrite?: boolean | undefined;
  /** Its abort closes the connections at once; the upload rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  /** Called often, between other work: return soon. What it throws ends the upload. */
  readonly onProgress?: ProgressListener | undefined;
  /** Everything that happens, progress included. What it throws ends the upload. */
  readonly onEvent?: ((event: UploadEvent) => void) | undefined;
  /**
   * Whether to go on with what an earlier run left, and to note what this one does: in the platform's journals, in a
   * folder of them (Node), or in others. Default: true. Of a source that cannot be known again, such as bytes, nothing is
   * noted; where `checkpoint` is given, what the service lists of the key is compared with it. A stream always begins anew.
   */
  readonly checkpoint?: UploadJournals | boolean | string | undefined;
  /**
   * How the whole object is checked when it is there: its CRC-64 as the service says it (the default); all its bytes,
   * read back; or not. Each part is checked in any case.
   */
  readonly verify?: "crc64" | "none" | "readback" | undefined;
  /**
   * Keep the parts of an upload that fails or is aborted by its signal, for a later one to go on with; those of a stream,
   * which no later one can send again, too. Default true: nothing that was sent is thrown away unless somebody asks for it,
   * by false or by `cancel()`. Kept parts take space until they are aborted; the error's `uploadId` names them, and so does
   * the last `progress`.
   */
  readonly leavePartsOnError?: boolean | undefined;
}
