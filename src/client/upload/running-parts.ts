// The parts under way: begins each with its own way to be stopped, tells how it goes, and reports how it ended.
import type { TransferPlace } from "../flow/transfer-window.ts";
import { ConnectionWatch, type WatchedPart } from "./connection-watch.ts";
import { isGone } from "./is-gone.ts";
import type { PartCutting } from "./part-cutting.ts";
import type { PlannedPart } from "./part-plan.ts";
import { PartSender } from "./part-sender.ts";
import type { SlowConnection } from "./slow-connection.ts";
import type { SourceBodies } from "./source-body.ts";
import type { RunningPart } from "./tail-duplication.ts";
import type { UploadCheckpoint } from "./upload-checkpoint.ts";
import type { UploadAction, UploadFact } from "./upload-facts.ts";
import type { UploadState } from "./upload-state.ts";
import type { RunningStatistics } from "./upload-statistics.ts";
import type { UploadTask } from "./upload-task.ts";

export interface RunningPartsTask extends UploadTask {
  readonly checkpoint: UploadCheckpoint | undefined;
  readonly cutting: PartCutting;
  readonly statistics: RunningStatistics;
}

interface Running {
  readonly part: PlannedPart;
  readonly isDuplicate: boolean;
  readonly startedAtMs: number;
  readonly controller: AbortController;
  readonly watched: WatchedPart;
}

export class RunningParts {
  readonly #task: RunningPartsTask;
  readonly #state: Pick<UploadState, "isBeingSent" | "isUploaded" | "phase">;
  readonly #onEnd: (fact: UploadFact) => void;
  readonly #onBreak: (partNumber: number) => void;
  readonly #sender: PartSender;
  readonly #running = new Set<Running>();
  readonly #connections: ConnectionWatch;
  /** By number, parts whose connection was too slow. */
  readonly #dropped = new Set<number>();
  #bodies: SourceBodies;

  /**
   * @param onEnd    takes what has become of a part, before anything else is done about it
   * @param onBreak  told of each attempt of a part that the network broke and that is followed by another
   */
  constructor(
    task: RunningPartsTask,
    state: Pick<UploadState, "isBeingSent" | "isUploaded" | "phase">,
    onEnd: (fact: UploadFact) => void,
    onBreak: (partNumber: number) => void,
  ) {
    this.#task = task;
    this.#state = state;
    this.#onEnd = onEnd;
    this.#onBreak = onBreak;
    this.#sender = new PartSender(task, task.checkpoint, task.statistics);
    this.#bodies = task.createBodies(task.window.sizeMax);
    this.#connections = new ConnectionWatch({
      clock: task.clock,
      statistics: task.statistics,
      totalBytes: () => task.plan.sizeBytes,
      onSlow: (slow) => this.#drop(slow),
    });
  }

  /** Begins a part in `place`, which it gives back. */
  start(action: UploadAction & { readonly type: "send-part" }, place: TransferPlace): void {
    const { partNumber, isDuplicate, uploadId } = action;
    const { reporter, clock, statistics } = this.#task;
    const part = this.#planned(partNumber);
    const watched = this.#connections.start(partNumber, part.end - part.start);
    const running = {
      part,
      isDuplicate,
      startedAtMs: clock.now(),
      controller: new AbortController(),
      watched,
    };
    this.#running.add(running);
    if (isDuplicate) {
      this.#connections.spare(partNumber);
      statistics.duplicateCount += 1;
      statistics.duplicateBytes += part.end - part.start;
      reporter.tell({ type: "part-duplicated", partNumber });
    } else {
      reporter.progress.partStarted(partNumber);
    }
    void this.#send(running, uploadId, place);
  }

  stop(partNumber: number): void {
    for (const { part, controller } of this.#running) {
      if (part.number === partNumber) {
        controller.abort();
      }
    }
  }

  /** Their memory goes with them. */
  stopAll(): void {
    for (const { controller } of this.#running) {
      controller.abort();
    }
    // The old one goes with the bodies that still have its buffers.
    this.#bodies = this.#task.createBodies(this.#task.window.sizeMax);
  }

  /** How those that are not duplicates themselves stand now. A loser that has yet to end is none: its part is there. */
  get now(): readonly RunningPart[] {
    const nowMs = this.#task.clock.now();
    const all = [...this.#running];
    return all
      .filter(({ isDuplicate, part }) => !isDuplicate && !this.#state.isUploaded(part.number))
      .map(({ part, startedAtMs, watched }) => ({
        partNumber: part.number,
        sizeBytes: part.end - part.start,
        ageMs: nowMs - startedAtMs,
        sentBytes: watched.sentBytes,
        isDuplicated: all.some((other) => other.isDuplicate && other.part === part),
      }));
  }

  async #send(running: Running, uploadId: string, place: TransferPlace): Promise<void> {
    const { part, isDuplicate, controller, watched } = running;
    const { reporter, plan } = this.#task;
    const { signal } = controller;
    const bodies = this.#bodies;
    try {
      const sent = await this.#sender.send({
        uploadId,
        part,
        isDuplicate,
        isOnNewConnection: isDuplicate || this.#dropped.has(part.number),
        place,
        bodies,
        onFailure: ({ kind }) => {
          this.#connections.failed(watched);
          if (kind === "connection-lost" || kind === "timeout") {
            this.#onBreak(part.number);
          }
        },
        onSent: (sentBytes) => this.#connections.sent(watched, sentBytes),
        signal,
      });
      this.#running.delete(running);
      this.#connections.end(watched, { isSent: true });
      if (this.#state.phase === "restarting") {
        // It has arrived in an upload that is gone.
        reporter.progress.partFailed(part.number);
      } else if (!this.#state.isUploaded(part.number)) {
        this.#task.cutting.partArrived(part.number);
        const { attempts, tookMs } = sent;
        const { sizeBytes } = sent.part;
        reporter.progress.partDone(part.number, sizeBytes);
        reporter.tell({ type: "part-done", partNumber: part.number, sizeBytes, attempts, tookMs });
      }
      this.#onEnd({ type: "part-uploaded", part: sent.part });
    } catch (error) {
      this.#running.delete(running);
      this.#connections.end(watched, { isSent: false });
      this.#onEnd(endOf(part.number, error, signal));
      if (!this.#state.isBeingSent(part.number)) {
        reporter.progress.partFailed(part.number);
      }
    }
    if (this.#state.isUploaded(part.number) && !this.#state.isBeingSent(part.number)) {
      plan.feed?.release(part.number);
    }
  }

  /** Ends the part's request; it is then asked for again, like one that a pause has stopped. */
  #drop({ partNumber, lostBytes, goodput, usualGoodput }: SlowConnection): void {
    const { statistics, reporter } = this.#task;
    statistics.duplicateCount += 1;
    statistics.duplicateBytes += lostBytes;
    this.#dropped.add(partNumber);
    reporter.tell({ type: "slow-connection", partNumber, goodput, usualGoodput });
    // Not in the middle of what the connection tells.
    queueMicrotask(() => this.stop(partNumber));
  }

  #planned(partNumber: number): PlannedPart {
    const part = this.#task.cutting.parts[partNumber - 1];
    if (part === undefined) {
      throw new Error(`impossible: part ${partNumber} is not in the plan`);
    }
    return part;
  }
}

function endOf(partNumber: number, error: unknown, signal: AbortSignal): UploadFact {
  if (signal.aborted) {
    return { type: "part-stopped", partNumber };
  }
  return isGone(error)
    ? { type: "upload-gone", partNumber, error }
    : { type: "part-failed", partNumber, error };
}
