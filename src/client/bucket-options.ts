// The shapes of what a bucket's methods take beside their arguments.

export interface Waiting {
  /** Its abort ends the call and closes the connection; the call rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

/** The options of a call: the operation's input without what the method's arguments say, and a signal. */
export type Options<Input, Named extends keyof Input = never> = Omit<
  Input,
  Named | "bucket" | "encodingType" | "key"
> &
  Waiting;

/** Where a copy comes from; `bucket` is by default the one that is copied into. */
export interface BucketCopySource {
  readonly bucket?: string;
  readonly key: string;
  readonly versionId?: string;
}
