// A whole list of transfers: some at a time, each with its decision about what is there already, its line at the end,
// and a sum of them all.
import { stat } from "node:fs/promises";
import { basename } from "node:path";
import { ServiceError } from "../../protocol/errors/service-error.ts";
import { CommandError } from "../command-error.ts";
import { describeFailure, failureFacts } from "../failure.ts";
import { countOf, formatSize } from "../quantities.ts";
import { STREAM } from "./find-local.ts";
import type { Found } from "./find-transfers.ts";
import type { Existing, OverwritePolicy } from "./overwrite-policy.ts";
import { type PerformContext, performTransfer } from "./perform-transfer.ts";
import { runTransfers } from "./run-transfers.ts";
import { fromOf, sizeOf, type Transfer, toOf } from "./transfer.ts";

export interface ListContext extends PerformContext {
  readonly jobCount: number;
  readonly isDryRun: boolean;
  readonly policy: OverwritePolicy;
}

/** What is to be done, and whether a person sees it as one thing, whose failure is the command's. */
export interface TransferList {
  readonly isOne: boolean;
  readonly transfers: AsyncIterable<Found>;
  /** What is said when there was nothing to do. */
  readonly ifNone?: string;
}

/**
 * @throws what one transfer throws when it is the only one
 * @throws {CommandError} when one or more of many failed; each was told by then
 */
export async function runTransferList(
  { isOne, transfers, ifNone = "nothing to do" }: TransferList,
  context: ListContext,
): Promise<void> {
  const { output, jobCount, signal, isDryRun } = context;
  const tally = { done: 0, deleted: 0, skipped: 0, failed: 0, bytes: 0 };
  const run = async (found: Found): Promise<void> => {
    if (found.type === "unmovable") {
      throw new CommandError(found.problem);
    }
    const outcome = await runOne(found, context);
    tally[outcome === "done" && toOf(found) === undefined ? "deleted" : outcome] += 1;
    tally.bytes += outcome === "done" ? sizeOf(found) : 0;
  };
  const onFailure = (found: Found, error: unknown) => {
    if (isOne) {
      throw error;
    }
    tally.failed += 1;
    const from = found.type === "unmovable" ? found.place : fromOf(found);
    output.event({ event: "failed", from, ...failureFacts(error) });
    context.warn(`${from}: ${describeFailure(error)}`);
  };
  await runTransfers(transfers, run, { jobCount, signal, onFailure });
  if (isOne) {
    return;
  }
  const { done, deleted, skipped, failed } = tally;
  output.event({ event: "summary", ...tally });
  const count = done + deleted + skipped + failed;
  output.line(count === 0 ? ifNone : summaryOf(tally, isDryRun));
  if (failed > 0) {
    throw new CommandError(`${failed} of ${countOf(count, "transfer")} failed`);
  }
}

function summaryOf(
  tally: Readonly<Record<"bytes" | "deleted" | "done" | "failed" | "skipped", number>>,
  isDryRun: boolean,
): string {
  const { done, deleted, skipped, failed, bytes } = tally;
  const would = isDryRun ? "would be " : "";
  const end = deleted === 0 ? "" : `, ${deleted} ${would}deleted`;
  return `${countOf(done, "transfer")} ${would}done (${formatSize(bytes)}), ${skipped} skipped, ${failed} failed${end}`;
}

async function runOne(transfer: Transfer, context: ListContext): Promise<"done" | "skipped"> {
  const { output, policy, board, isDryRun } = context;
  const target = toOf(transfer);
  const source = "source" in transfer ? transfer.source : undefined;
  if (target !== undefined && source !== undefined && policy.needsExisting) {
    const decision = await policy.decide(target, source, await existingAt(transfer, context));
    if (decision.type === "refuse") {
      throw new CommandError(decision.reason);
    }
    if (decision.type === "skip") {
      output.event({ event: "skipped", from: fromOf(transfer), to: target, reason: decision.reason });
      output.line(`skipped ${fromOf(transfer)}: ${decision.reason}`);
      return "skipped";
    }
  }
  if (isDryRun) {
    output.event({ event: "would-do", what: transfer.type, from: fromOf(transfer), to: target });
    output.line(
      target === undefined
        ? `would delete ${fromOf(transfer)}`
        : `would copy ${fromOf(transfer)} to ${target}`,
    );
    return "done";
  }
  const name = fromOf(transfer);
  board.start(name, basename(name), sizeOf(transfer));
  try {
    await performTransfer(transfer, context);
  } finally {
    board.end(name);
  }
  return "done";
}

async function existingAt(transfer: Transfer, context: ListContext): Promise<Existing | undefined> {
  if (transfer.type === "download") {
    return transfer.path === STREAM ? undefined : existingFile(transfer.path);
  }
  if (transfer.type !== "upload" && transfer.type !== "copy") {
    return undefined;
  }
  const { bucket: name, key } = transfer.target;
  const bucket = await context.bucket(name);
  try {
    const { sizeBytes, lastModified } = await bucket.headObject(key, { signal: context.signal });
    return { sizeBytes, modifiedMs: lastModified.getTime() };
  } catch (error) {
    // Who may not look at it may still be allowed to write it.
    if (error instanceof ServiceError && (error.status === 404 || error.code === "AccessDenied")) {
      return undefined;
    }
    throw error;
  }
}

async function existingFile(path: string): Promise<Existing | undefined> {
  try {
    const { size, mtimeMs } = await stat(path);
    return { sizeBytes: size, modifiedMs: mtimeMs };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") {
      return undefined;
    }
    throw error;
  }
}
