// What the server acknowledged, and so must have after any crash. A call whose answer was lost may have happened or
// not: then either state is right, but no third one.
import { crc64 } from "../../src/protocol/crc64/crc64.ts";

export interface Content {
  readonly sizeBytes: number;
  readonly crc64: bigint;
}

export const ABSENT = "absent";

export type ObjectState = Content | typeof ABSENT;

export interface OpenUpload {
  readonly key: string;
  readonly uploadId: string;
  /** By part number: the states that are right. */
  readonly parts: Map<number, readonly ObjectState[]>;
  /** A completion or abort was asked for and its answer lost. */
  isEndUnknown: boolean;
}

export class Ledger {
  readonly #objects = new Map<string, readonly ObjectState[]>();
  readonly uploads = new Map<string, OpenUpload>();
  acknowledgedCount = 0;

  /** Runs `act`; while it runs, and for ever if it fails, both the old and the new state are right. */
  async change(key: string, after: ObjectState, act: () => Promise<unknown>): Promise<void> {
    const before = this.rightStates(key);
    this.#objects.set(key, [...before, after]);
    await act();
    this.#objects.set(key, [after]);
    this.acknowledgedCount += 1;
  }

  async changePart(
    upload: OpenUpload,
    partNumber: number,
    after: Content,
    act: () => Promise<unknown>,
  ): Promise<void> {
    const before = upload.parts.get(partNumber) ?? [ABSENT];
    upload.parts.set(partNumber, [...before, after]);
    await act();
    upload.parts.set(partNumber, [after]);
    this.acknowledgedCount += 1;
  }

  rightStates(key: string): readonly ObjectState[] {
    return this.#objects.get(key) ?? [ABSENT];
  }

  /** After an audit found `state`, it is the only right one. */
  settle(key: string, state: ObjectState): void {
    this.#objects.set(key, [state]);
  }

  get keys(): readonly string[] {
    return [...this.#objects.keys()];
  }
}

export function contentOf(bytes: Uint8Array): Content {
  return { sizeBytes: bytes.length, crc64: crc64(bytes) };
}

export function isRight(found: ObjectState, right: readonly ObjectState[]): boolean {
  return right.some((state) =>
    state === ABSENT || found === ABSENT
      ? state === found
      : state.sizeBytes === found.sizeBytes && state.crc64 === found.crc64,
  );
}

export function describeStates(states: readonly ObjectState[]): string {
  return states
    .map((state) => (state === ABSENT ? ABSENT : `${state.sizeBytes} bytes, CRC ${state.crc64}`))
    .join(" or ");
}
