// What a call needs to be made on the model and on the service, and what comes of it.
import type { Caller } from "../../src/client/call.ts";
import type { Headers } from "../../src/protocol/http-message.ts";
import type { Answers } from "./service-calls.ts";
import type { ServiceModel } from "./service-model.ts";

/** What of an answer is compared, or the code of the refusal. */
export type Outcome = Readonly<Record<string, unknown>>;

export interface OpenSlot {
  readonly key: string;
  readonly uploadId: string;
}

export interface ModelContext {
  readonly model: ServiceModel;
  readonly slotOf: (slot: number) => OpenSlot;
  readonly nowMs: number;
}

export type ModelAnswers<Group> = Answers<Group, ModelContext, Outcome | undefined>;

export interface ServiceContext {
  readonly caller: Caller;
  readonly bucket: string;
  /** As it was before the call: it gives the ids, ETags and times that the call names. */
  readonly model: ServiceModel;
  readonly slotOf: (slot: number) => OpenSlot;
  /** Of the last answer. */
  readonly answerHeaders: () => Headers;
  /** Closes the server and its store and opens them again over what is on the disk. */
  readonly restart: () => Promise<void>;
}

export type ServiceAnswers<Group> = Answers<Group, ServiceContext, Promise<Outcome | undefined>>;
