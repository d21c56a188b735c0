// What to type after an upload that ended early: to go on with it, or to remove what it left.
import { present } from "../../protocol/fields/present.ts";
import * as multipart from "../multipart.ts";
import type { CommandsFor } from "../upload/upload-task.ts";

interface Target {
  readonly bucket: string;
  readonly key: string;
}

/** The commands stand in the error of an upload that left its parts. */
export const uploadWithCheckpoint: typeof multipart.uploadWithCheckpoint = (task) =>
  multipart.uploadWithCheckpoint({ ...task, commandsFor });

const commandsFor: CommandsFor = ({ bucket, key, source }, uploadId) => {
  const target = { bucket: bucket.name, key };
  // An open file has no name, and what has no identity, such as a stream, no path.
  const hasPath = source.isFarAway !== true && (source.identity?.name ?? "") !== "";
  return present({
    resumeCommand: hasPath ? resumeCommand(source.label, target) : undefined,
    abortCommand: abortCommand(target, uploadId),
  });
};

export function resumeCommand(path: string, { bucket, key }: Target): string {
  const named = path.startsWith("-") ? `./${path}` : path;
  return `partwise cp ${shellWord(named)} ${shellWord(`oss://${bucket}/${key}`)}`;
}

export function abortCommand({ bucket, key }: Target, uploadId: string): string {
  return `partwise uploads abort ${shellWord(`oss://${bucket}/${key}`)} --upload-id ${shellWord(uploadId)}`;
}

/** `text` as one word of a shell. */
export function shellWord(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
