// The one process through which all changes of a shared store go: it commits what the others ask for, together with what
// it does itself, and asks them before it deletes what they may be reading.
import type { BlobId, BlobStore } from "../../blob-store.ts";
import type { GarbageCollector } from "../../garbage-collector.ts";
import type { LivingLeases } from "../living-leases.ts";
import type { MetadataCalls } from "../metadata-calls.ts";
import { failedAnswer, type MetadataAnswer, type MetadataRequest } from "../metadata-messages.ts";
import type { MessageFromCommitter, MessageToCommitter } from "./committer-messages.ts";
import type { ProcessLink } from "./process-link.ts";

export interface CommitterOptions {
  readonly calls: MetadataCalls;
  /** Deletes for all processes. */
  readonly blobs: Pick<BlobStore, "delete">;
  readonly leases: LivingLeases;
  /** Sweeps what a process leaves that has ended. */
  readonly collector: Pick<GarbageCollector, "sweepLease">;
  /** How long a process may take to say what it reads, before that counts as everything. */
  readonly answerTimeoutMs: number;
  /** Told of what could not be deleted or swept; the next start does it. */
  readonly reportError: (error: unknown) => void;
}

export class Committer {
  readonly #options: CommitterOptions;
  readonly #members = new Set<Member>();
  readonly #endings = new Set<Promise<void>>();

  constructor(options: CommitterOptions) {
    this.#options = options;
  }

  /** Serves the process at the other end of `link` until it has ended, then sweeps what it wrote and never published. */
  admit(link: ProcessLink): void {
    const member = new Member(link, this.#options);
    this.#members.add(member);
    const ending = this.#afterEnd(link, member).catch(this.#options.reportError);
    this.#endings.add(ending);
    void ending.then(() => this.#endings.delete(ending));
  }

  /** Which of these blobs another process reads. A process that does not answer may be reading all of them. */
  async pinned(blobIds: readonly BlobId[]): Promise<ReadonlySet<BlobId>> {
    const answers = [...this.#members].map((member) => member.whichPinned(blobIds));
    return new Set((await Promise.all(answers)).flat());
  }

  /** Resolves when all that processes left that have ended by now is swept. */
  async settle(): Promise<void> {
    await Promise.all(this.#endings);
  }

  async #afterEnd(link: ProcessLink, member: Member): Promise<void> {
    await link.ended;
    this.#members.delete(member);
    // What it had asked for is carried out all the same, and may publish a blob: only then it is known what is left over.
    for (const leaseId of await member.end()) {
      this.#options.leases.end(leaseId);
      await this.#options.collector.sweepLease(leaseId);
    }
  }
}

/** One other process. */
class Member {
  readonly #link: ProcessLink;
  readonly #options: CommitterOptions;
  readonly #leaseIds: string[] = [];
  readonly #running = new Set<Promise<void>>();
  readonly #questions = new Map<number, (pinned: readonly BlobId[]) => void>();
  #lastQuestionId = 0;
  #unsent: MetadataAnswer[] = [];

  constructor(link: ProcessLink, options: CommitterOptions) {
    this.#link = link;
    this.#options = options;
    link.onMessage((message) => this.#receive(message as MessageToCommitter));
  }

  whichPinned(blobIds: readonly BlobId[]): Promise<readonly BlobId[]> {
    this.#lastQuestionId += 1;
    const questionId = this.#lastQuestionId;
    return new Promise((resolve) => {
      const settle = (pinned: readonly BlobId[]) => {
        clearTimeout(timer);
        this.#questions.delete(questionId);
        resolve(pinned);
      };
      const timer = setTimeout(() => settle(blobIds), this.#options.answerTimeoutMs);
      this.#questions.set(questionId, settle);
      this.#send({ kind: "which-pinned", questionId, blobIds });
    });
  }

  /** To be called once the process is gone. @returns its leases */
  async end(): Promise<readonly string[]> {
    for (const settle of this.#questions.values()) {
      settle([]);
    }
    await Promise.all(this.#running);
    return this.#leaseIds;
  }

  #receive(message: MessageToCommitter): void {
    if (message.kind === "pinned") {
      this.#questions.get(message.questionId)?.(message.blobIds);
    } else if (message.kind === "delete") {
      this.#keep(this.#delete(message.requestId, message.blobIds));
    } else {
      for (const request of message.requests) {
        this.#keep(this.#run(request));
      }
    }
  }

  #keep(run: Promise<void>): void {
    this.#running.add(run);
    void run.then(() => this.#running.delete(run));
  }

  async #delete(requestId: number, blobIds: readonly BlobId[]): Promise<void> {
    const gone = await this.#options.blobs.delete(blobIds).catch((error: unknown) => {
      this.#options.reportError(error);
      return [];
    });
    this.#send({ kind: "deleted", requestId, blobIds: gone });
  }

  async #run({ id, ...request }: MetadataRequest): Promise<void> {
    try {
      const value = await this.#options.calls.call(request);
      if (request.operation === "openLease") {
        this.#options.leases.begin(value as string);
        this.#leaseIds.push(value as string);
      }
      this.#answer({ id, value });
    } catch (error) {
      this.#answer(failedAnswer(id, error));
    }
  }

  /** The answers of one commit come in one turn of the loop, and travel as one message. */
  #answer(answer: MetadataAnswer): void {
    if (this.#unsent.length === 0) {
      setImmediate(() => {
        const answers = this.#unsent;
        this.#unsent = [];
        this.#send({ kind: "answers", answers });
      });
    }
    this.#unsent.push(answer);
  }

  #send(message: MessageFromCommitter): void {
    this.#link.send(message);
  }
}
