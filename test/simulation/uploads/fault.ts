// What can go wrong in a simulated upload. A schedule is a list of these; one taken out leaves the others what they are,
// so that a failing schedule can be made smaller.

/** What becomes of one request. */
export type RequestFault =
  /** Nobody answers at the address. */
  | "refused"
  /** The connection ends in the middle of the request. */
  | "broken"
  /** The request is carried out, and the connection ends before the answer. */
  | "answer-lost"
  /** The request never arrives, and nothing moves until the time-out. */
  | "stalled"
  /** The request arrives whole and is carried out only after the client has given up. */
  | "late"
  /** It takes long, but not too long. */
  | "slow"
  | "status-503"
  | "status-503-retry-after"
  | "status-429"
  | "status-500"
  /** It is carried out, and the answer is 500 all the same. */
  | "late-500"
  | "body-corrupted"
  /** One character of the answer's document, or of a header, is another. */
  | "answer-corrupted";

export const requestFaults: readonly RequestFault[] = [
  "refused",
  "broken",
  "answer-lost",
  "stalled",
  "late",
  "slow",
  "status-503",
  "status-503-retry-after",
  "status-429",
  "status-500",
  "late-500",
  "body-corrupted",
  "answer-corrupted",
];

/** Which request: the n-th of its operation, or of all, from 0. */
export interface RequestChoice {
  readonly operation?: string;
  readonly index: number;
}

/** In which run of the upload, from 0, and after how many of its process's dealings with the world. */
interface Moment {
  readonly run: number;
  readonly step: number;
}

export type Fault =
  | { readonly type: "request"; readonly choice: RequestChoice; readonly fault: RequestFault }
  /** All requests from `index` on are refused. */
  | { readonly type: "outage"; readonly index: number; readonly count: number }
  /** The first attempts of each part above `longestBytes` end in the middle. */
  | { readonly type: "weak-link"; readonly longestBytes: number; readonly breakCount: number }
  /** The process is gone, with all that it had not written. */
  | ({ readonly type: "crash" } & Moment)
  | ({ readonly type: "pause"; readonly durationMs: number } & Moment)
  | ({ readonly type: "cancel"; readonly keepParts: boolean } & Moment)
  | ({ readonly type: "abort-signal" } & Moment)
  /** Somebody else aborts every upload of the key. */
  | ({ readonly type: "outsider-aborts" } & Moment)
  /** The token in use ends; there is a new one for who asks. */
  | ({ readonly type: "token-expires" } & Moment)
  /** Who gives the tokens fails once. */
  | ({ readonly type: "token-refused" } & Moment)
  /** The machine's clock is set. */
  | ({ readonly type: "clock-jumps"; readonly byMs: number } & Moment)
  | ({ readonly type: "file-changes"; readonly change: FileChange } & Moment)
  /** From here to the end of the run no journal can be written. */
  | ({ readonly type: "disk-full" } & Moment)
  /** What is kept of the journal when the run begins. */
  | { readonly type: "journal-damaged"; readonly run: number; readonly keptShare: number }
  /** Another process uploads to the same target. */
  | ({ readonly type: "rival"; readonly hasSameFile: boolean; readonly hasSameDisk: boolean } & Moment);

export type FileChange = "rewritten" | "grown" | "shrunk" | "touched";

export type FaultType = Fault["type"] | RequestFault;

/** The finest name of what a fault is, for counts. */
export function faultType(fault: Fault): FaultType {
  return fault.type === "request" ? fault.fault : fault.type;
}
