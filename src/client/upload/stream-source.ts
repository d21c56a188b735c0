// A stream as a source of an upload.
import type { ByteSource } from "./byte-source.ts";
import type { ByteStream } from "./byte-stream.ts";
import type { CutOptions, CutSource, OneShotSource } from "./one-shot-source.ts";
import type { PartFeed } from "./part-feed.ts";
import { fittingPartSize, type PlannedPart } from "./part-plan.ts";
import type { PartSpool } from "./part-spool.ts";
import type { UploadPlan } from "./plan-upload.ts";
import { openStreamParts, type StreamPart } from "./stream-parts.ts";
import { sized } from "./usual-part-size.ts";

export interface StreamSourceOptions {
  /** For messages, such as "the stream". */
  readonly label: string;
  /** For parts that are too large for the memory. */
  readonly spool?: PartSpool | undefined;
}

export function streamSource(stream: ByteStream, options: StreamSourceOptions): OneShotSource {
  return { label: options.label, cut: (wishes) => cutStream(stream, options, wishes) };
}

async function cutStream(
  stream: ByteStream,
  { label, spool }: StreamSourceOptions,
  { sizeBytes, partSizeBytes, signal }: CutOptions,
): Promise<CutSource> {
  // A stream may wait for ever for its next byte, so an upload that fails has to be able to end that.
  const stopper = new AbortController();
  const parts = openStreamParts(stream, {
    label,
    spool,
    sizeBytes,
    partSizeBytes,
    signal: AbortSignal.any([signal, stopper.signal]),
  });
  const { value: first } = await parts.next();
  if (first === undefined) {
    throw new Error("impossible: a stream without a first part");
  }
  const stop = async () => {
    stopper.abort();
    await parts.return(undefined);
  };
  if (first.isWhole) {
    const close = async () => {
      await first.release();
      await stop();
    };
    return { source: { ...first.source, label, close } };
  }
  const feed = new StreamFeed({
    label,
    spoolLabel: spool?.label,
    parts,
    first,
    stop,
    sizeBytes,
    partSizeBytes,
  });
  return { source: feed.source, plan: feed.plan };
}

interface StreamFeedOptions {
  readonly label: string;
  readonly spoolLabel: string | undefined;
  readonly parts: AsyncGenerator<StreamPart>;
  readonly first: StreamPart;
  readonly stop: () => Promise<void>;
  readonly sizeBytes: number | undefined;
  readonly partSizeBytes: number | undefined;
}

interface HeldPart {
  readonly planned: PlannedPart;
  readonly part: StreamPart;
}

class StreamFeed implements PartFeed {
  readonly plan: UploadPlan;
  readonly source: ByteSource;
  readonly sizeBytes: number | undefined;
  readonly partCount: number | undefined;
  readonly #parts: AsyncGenerator<StreamPart>;
  readonly #planned: PlannedPart[] = [];
  /** By number; as many as the memory and the spool have room for. */
  readonly #held = new Map<number, HeldPart>();
  #first: StreamPart | undefined;
  #readBytes = 0;
  readonly #spoolLabel: string | undefined;
  /** Undefined: nothing to tell; null: it was told. */
  #warning: string | null | undefined;

  constructor({ label, spoolLabel, parts, first, stop, sizeBytes, partSizeBytes }: StreamFeedOptions) {
    this.#parts = parts;
    this.#first = first;
    this.#spoolLabel = spoolLabel;
    this.sizeBytes = sizeBytes;
    this.partCount =
      sizeBytes === undefined
        ? undefined
        : Math.ceil(sizeBytes / fittingPartSize({ sizeBytes, partSizeBytes }));
    this.plan = this.#planOf(first.source.sizeBytes);
    const sizeNow = () => this.#readBytes;
    this.source = {
      label,
      get sizeBytes() {
        return sizeNow();
      },
      read: (position, target) => this.#read(position, target),
      async assertUnchanged() {},
      close: async () => {
        await stop();
        const unread = this.#first === undefined ? [] : [this.#first];
        await Promise.all([...unread, ...[...this.#held.values()].map(({ part }) => part)].map(releasePart));
        this.#held.clear();
      },
    };
  }

  async next(): Promise<PlannedPart | undefined> {
    const part = this.#first ?? (await this.#parts.next()).value;
    this.#first = undefined;
    if (part === undefined) {
      return undefined;
    }
    const start = this.#readBytes;
    this.#readBytes += part.source.sizeBytes;
    const planned = { number: part.partNumber, start, end: this.#readBytes };
    this.#planned.push(planned);
    this.#held.set(part.partNumber, { planned, part });
    if (part.unmetSizeBytes !== undefined && this.#warning === undefined) {
      this.#warning = warningOf(part, part.unmetSizeBytes, this.#spoolLabel);
    }
    return planned;
  }

  takeWarning(): string | undefined {
    const warning = this.#warning ?? undefined;
    this.#warning = warning === undefined ? this.#warning : null;
    return warning;
  }

  release(partNumber: number): void {
    const held = this.#held.get(partNumber);
    this.#held.delete(partNumber);
    if (held !== undefined) {
      void releasePart(held.part);
    }
  }

  #planOf(firstBytes: number): UploadPlan {
    const sizeNow = () => this.sizeBytes ?? this.#readBytes;
    const reasons =
      this.sizeBytes === undefined
        ? [
            `parts of ${firstBytes} bytes, twice as long after each thousand: nobody knows how long the stream is`,
          ]
        : [`parts of ${firstBytes} bytes: ${this.sizeBytes} were announced`];
    return {
      method: "multipart",
      get sizeBytes() {
        return sizeNow();
      },
      partSizeBytes: firstBytes,
      parts: this.#planned,
      reasons,
      feed: this,
    };
  }

  /** Of one part at a time. */
  async #read(position: number, target: Uint8Array): Promise<number> {
    for (const { planned, part } of this.#held.values()) {
      if (position >= planned.start && position < planned.end) {
        return part.source.read(position - planned.start, target);
      }
    }
    throw new Error(`impossible: byte ${position} is read, whose part was released`);
  }
}

function warningOf({ partNumber, source }: StreamPart, askedBytes: number, spoolLabel: string | undefined) {
  const place =
    spoolLabel === undefined ? "nowhere to wait" : `no room in ${spoolLabel}, where they wait for their end`;
  return (
    `parts of ${sized(askedBytes)} have ${place}: ` +
    `from part ${partNumber} on they have ${sized(source.sizeBytes)}${spoolLabel === undefined ? "" : "; make room there, or set TMPDIR"}`
  );
}

/** Room that cannot be given back is of no use to anybody, and no reason to fail. */
async function releasePart(part: StreamPart): Promise<void> {
  await part.release().catch(() => undefined);
}
