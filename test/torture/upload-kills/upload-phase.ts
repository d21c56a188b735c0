// What the process that uploads and the one that kills it have in common.

/** The phases of an upload's life, in order, by the names of the lines that begin them. */
export const uploadPhases = [
  "started",
  "resuming",
  "initiating",
  "uploading",
  "last-part",
  "completing",
  "answered",
] as const;

export type UploadPhase = (typeof uploadPhases)[number];

export interface UploadJob {
  readonly endpoint: string;
  readonly accessKeyId: string;
  readonly accessKeySecret: string;
  readonly bucketName: string;
  readonly key: string;
  readonly path: string;
  readonly journalFolder: string;
  readonly partSizeBytes: number;
  readonly concurrency: number;
}
