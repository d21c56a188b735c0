import { Command } from "commander";
import { commandName } from "../invocation.ts";
import { countOf, formatSize } from "../quantities.ts";

interface BackupFlags {
  readonly data: string;
}

export function backupCommand(): Command {
  return new Command("backup")
    .description(
      "Back up a server's folder, whether the server runs or not. A second backup to the same place copies only what is new.",
    )
    .argument("<target>", "a folder for the backup; made when it is not there")
    .option("--data <folder>", "the folder that partwise serve keeps everything in", "./partwise-data")
    .action(async (target: string, { data }: BackupFlags) => {
      const { backUpFolder } = await import("../../storage/index.ts");
      const { assertBackupOf } = await import("../assert-backup-of.ts");
      assertBackupOf(data, target);
      const { blobCount, fileCount, bytes, keptCount, damages } = await backUpFolder(data, target);
      process.stdout.write(
        `backed up ${data} to ${target}: ${countOf(blobCount, "blob")}; ` +
          `${countOf(fileCount, "file")} copied (${formatSize(bytes)}), ${keptCount} there already\n` +
          `to make a folder of it again: ${commandName()} restore ${target} --data NEW\n`,
      );
      if (damages.length > 0) {
        const { CommandError } = await import("../command-error.ts");
        const count = countOf(damages.length, "damaged blob");
        const lines = damages.map(({ message }) => message);
        throw new CommandError([`${target} is complete but for ${count} of ${data}:`, ...lines].join("\n  "));
      }
    });
}

export function restoreCommand(): Command {
  return new Command("restore")
    .description("Restore a backup into a new data folder, and verify every byte of it.")
    .argument("<backup>", "what partwise backup has made")
    .requiredOption("--data <folder>", "a folder that is empty, or not there yet")
    .action(async (backup: string, { data }: BackupFlags) => {
      const { openEmbeddedStore, restoreFolder } = await import("../../storage/index.ts");
      const { verifyContents } = await import("../verify-contents.ts");
      const { CommandError } = await import("../command-error.ts");
      await restoreFolder(backup, data);
      await using store = await openEmbeddedStore(data);
      const { contentCount, bytes, damages } = await verifyContents(store);
      if (damages.length > 0) {
        const count = countOf(damages.length, "damaged object");
        throw new CommandError([`${data} was restored with ${count}:`, ...damages].join("\n  "));
      }
      process.stdout.write(
        `restored ${backup} to ${data}: ${countOf(contentCount, "object")} or parts, ${formatSize(bytes)}, all verified\n`,
      );
    });
}
