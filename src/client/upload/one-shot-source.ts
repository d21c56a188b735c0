// The port through which an upload takes what can be read only once, such as a pipe. It is cut while it is read; its
// parts are kept until the service has them.
import type { ByteSource } from "./byte-source.ts";
import type { UploadPlan } from "./plan-upload.ts";

export interface OneShotSource {
  /** For messages. */
  readonly label: string;
  /**
   * Reads the first part. Called once.
   *
   * @throws as `openStreamParts` and its iterator do
   */
  cut(options: CutOptions): Promise<CutSource>;
}

export interface CutOptions {
  /** All that will come, if the user knows. */
  readonly sizeBytes?: number | undefined;
  /** Of the first part, if the user wants a certain one. */
  readonly partSizeBytes?: number | undefined;
  readonly signal: AbortSignal;
}

/** Whoever cuts closes the source, which ends the reading too. */
export type CutSource =
  /** That was all: it can be read again like any other source. */
  | { readonly source: ByteSource; readonly plan?: undefined }
  /**
   * A plan with a feed. It grows with each part; its size is what was announced, or else what has come. Of the source
   * only the parts that were read and not released can be read, each at its place in the whole.
   */
  | { readonly source: ByteSource; readonly plan: UploadPlan };

export function isOneShot(source: ByteSource | OneShotSource): source is OneShotSource {
  return "cut" in source;
}
