// Sends one part in a place of the window, and notes it in the journal before it counts.

import { PartwiseError } from "../../protocol/errors/partwise-error.ts";
import { transferFailureOf } from "../flow/transfer-failure.ts";
import type { TransferFailure, TransferPlace } from "../flow/transfer-window.ts";
import { withPlace } from "./part-place.ts";
import type { PlannedPart } from "./part-plan.ts";
import type { SourceBodies } from "./source-body.ts";
import type { UploadCheckpoint } from "./upload-checkpoint.ts";
import type { JournaledPart } from "./upload-journal.ts";
import type { RunningStatistics } from "./upload-statistics.ts";
import type { UploadTask } from "./upload-task.ts";

export interface PartToSend {
  readonly uploadId: string;
  readonly part: PlannedPart;
  /** It is sent a second time while the first is still under way. */
  readonly isDuplicate: boolean;
  /** Another than those that are kept open may be better. */
  readonly isOnNewConnection: boolean;
  readonly place: TransferPlace;
  readonly bodies: SourceBodies;
  /** Told of each attempt that failed and is followed by another. */
  readonly onFailure: (failure: TransferFailure) => void;
  /** Told how many bytes its present attempt has sent. */
  readonly onSent: (sentBytes: number) => void;
  readonly signal: AbortSignal;
}

export interface SentPart {
  readonly part: JournaledPart;
  readonly attempts: number;
  /** Until the answer, all attempts included. */
  readonly tookMs: number;
}

export class PartSender {
  readonly #task: UploadTask;
  readonly #checkpoint: UploadCheckpoint | undefined;
  readonly #statistics: RunningStatistics;
  /** Parts that have arrived and given back their place, but are not in the journal yet. */
  #aheadCount = 0;

  constructor(task: UploadTask, checkpoint: UploadCheckpoint | undefined, statistics: RunningStatistics) {
    this.#task = task;
    this.#checkpoint = checkpoint;
    this.#statistics = statistics;
  }

  /**
   * Ends with the place given back, whatever happens.
   *
   * @throws what the service or the network says, with the part's number; the signal's reason
   */
  async send(toSend: PartToSend): Promise<SentPart> {
    const { part, place } = toSend;
    const { clock } = this.#task;
    const startedAtMs = clock.now();
    let attempts = 1;
    const end = this.#statistics.began();
    try {
      const sent = await this.#exchange(toSend, () => {
        attempts += 1;
      }).finally(end);
      const tookMs = clock.now() - startedAtMs;
      this.#statistics.partTimesMs.push(tookMs);
      await this.#note(sent, place);
      return { part: sent, attempts, tookMs };
    } catch (error) {
      throw error instanceof PartwiseError ? error.addCircumstances({ partNumber: part.number }) : error;
    } finally {
      place.release(0);
    }
  }

  async #exchange(
    { uploadId, part, isDuplicate, isOnNewConnection, place, bodies, onFailure, onSent, signal }: PartToSend,
    onRetry: () => void,
  ): Promise<JournaledPart> {
    const { bucket, key, source, plan, reporter, retryBudget } = this.#task;
    const { number: partNumber, start, end } = part;
    // A change is found out now rather than after the rest of a large file.
    await source.assertUnchanged();
    let sentBefore = 0;
    const body = bodies(source, start, end);
    const { etag, crc64, sizeBytes, isConfirmed } = await bucket.uploadPart(key, uploadId, partNumber, body, {
      signal,
      retryBudget,
      isOnNewConnection,
      onSent: (sentBytes) => {
        const byteCount = Math.max(0, sentBytes - sentBefore);
        sentBefore = sentBytes;
        place.sent(byteCount);
        this.#statistics.sentBytes += byteCount;
        if (!isDuplicate) {
          reporter.progress.partSent(partNumber, sentBytes);
        }
        onSent(sentBytes);
      },
      onRetry: ({ error, attempt, waitMs }) => {
        onRetry();
        const failure = transferFailureOf(error);
        place.failed(failure);
        onFailure(failure);
        reporter.tell({ type: "retry", partNumber, attempt, waitMs, code: error.code });
      },
    });
    this.#statistics[isConfirmed ? "confirmedCount" : "unconfirmedCount"] += 1;
    const sent = { partNumber, etag, crc64, sizeBytes };
    return plan.feed === undefined ? withPlace(sent, start, plan.partSizeBytes) : sent;
  }

  // One part may use the connection's idle time while its line is written. No more: what is not in the journal when the
  // process dies is sent again, and that shall be at most one part more than are under way.
  async #note(sent: JournaledPart, place: TransferPlace): Promise<void> {
    if (!this.#checkpoint?.isJournaling) {
      place.release(sent.sizeBytes);
      return;
    }
    const isAhead = this.#aheadCount === 0;
    if (isAhead) {
      this.#aheadCount += 1;
      place.release(sent.sizeBytes);
    }
    try {
      await this.#checkpoint.addPart(sent);
    } finally {
      if (isAhead) {
        this.#aheadCount -= 1;
      }
      place.release(sent.sizeBytes);
    }
  }
}
