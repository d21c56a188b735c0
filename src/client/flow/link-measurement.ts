// What transfers have shown about the way to a host: by this the next upload's parts are cut.

export interface LinkMeasurement {
  /** Bytes a second of one connection, among `concurrency`; above 0. */
  readonly connectionGoodput: number;
  /** How many connections are good, as far as is known. From 1. */
  readonly concurrency: number;
  /** Whether the user had set it, or its bounds: then it says nothing about how many are good. */
  readonly isConcurrencyGiven?: boolean;
  /** What a part costs beside its bytes, from its last byte to its answer. From 0. */
  readonly partCostMs: number;
  /** Connections lost and requests timed out, for each byte carried. From 0. */
  readonly lossPerByte: number;
}
