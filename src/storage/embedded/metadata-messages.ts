// What the main thread and the metadata worker say to each other.
import type { MetadataStore } from "../metadata-store.ts";
import { StorageError, type StorageErrorCode } from "../storage-error.ts";
import type { CommitTime } from "./disk-times.ts";
import type { PackedInputs } from "./packed-inputs.ts";
import type { PackedOutputs } from "./packed-outputs.ts";

export type OperationName = Exclude<keyof MetadataStore, typeof Symbol.asyncDispose>;

export type OperationInput<Name extends OperationName> = Parameters<MetadataStore[Name]>;
/** What the port answers. */
export type OperationOutput<Name extends OperationName> = Awaited<ReturnType<MetadataStore[Name]>>;
/** The same on their way between the threads: some travel packed. */
export type TravellingInput<Name extends OperationName> = Name extends keyof PackedInputs
  ? PackedInputs[Name]
  : OperationInput<Name>;
type TravellingOutput<Name extends OperationName> = Name extends keyof PackedOutputs
  ? PackedOutputs[Name]
  : OperationOutput<Name>;

/** The port inside the worker, where nothing waits. */
export type SynchronousOperations = {
  readonly [Name in OperationName]: (...input: TravellingInput<Name>) => TravellingOutput<Name>;
};

export interface MetadataRequest {
  readonly id: number;
  readonly operation: OperationName;
  readonly input: readonly unknown[];
  /** The caller's clock when it called. */
  readonly nowMs: number;
}

/** What a metadata worker is started with. */
export interface MetadataWorkerData {
  readonly file: string;
  /** A reader answers what can be answered from a snapshot, beside the one writer. */
  readonly role: "reader" | "writer";
}

/** All requests of one turn of the main thread's loop, or the wish that the worker end. */
export type MessageToWorker = readonly MetadataRequest[] | "close";

/** A class does not survive the way between threads, so a StorageError travels as its facts. */
export interface Refusal {
  readonly code: StorageErrorCode;
  readonly message: string;
  readonly fields: Readonly<Record<string, string | number>>;
}

export type MetadataAnswer =
  | { readonly id: number; readonly value: unknown }
  | { readonly id: number; readonly refusal: Refusal }
  | { readonly id: number; readonly error: unknown };

/** First whether the database could be opened, then the answers of one batch at a time. */
export type MessageFromWorker = "opened" | { readonly refusal: Refusal } | AnsweredBatch;

export interface AnsweredBatch {
  readonly answers: readonly MetadataAnswer[];
  /** Absent where nothing was to be committed. */
  readonly commit?: CommitTime;
}

/** What a call threw, as what travels. */
export function failedAnswer(id: number, error: unknown): MetadataAnswer {
  return error instanceof StorageError ? { id, refusal: refusalOf(error) } : { id, error };
}

export function refusalOf({ code, message, fields }: StorageError): Refusal {
  return { code, message, fields };
}

export function errorOf({ code, message, fields }: Refusal): StorageError {
  return new StorageError(code, message, { fields });
}
