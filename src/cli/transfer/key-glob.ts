// A key with wildcards, as a person types it: `oss://BUCKET/logs/*.gz`. The service knows none, so what may be meant is
// listed and compared. `*` ends at a slash, `**` does not, as in a shell.
import picomatch from "picomatch";

export interface KeyGlob {
  /** With which every key begins that is meant. */
  readonly prefix: string;
  /** What a meant key is named below: all before the last slash that comes before the first wildcard, with that slash. */
  readonly folder: string;
  isMeant(key: string): boolean;
}

const WILDCARD = /[*?]|\[[^\]]+\]|\{[^}]*,[^}]*\}/;

/** @returns undefined for a key without wildcards, which stands for itself */
export function keyGlob(key: string): KeyGlob | undefined {
  const first = WILDCARD.exec(key);
  if (first === null) {
    return undefined;
  }
  const prefix = key.slice(0, first.index);
  const folder = prefix.slice(0, prefix.lastIndexOf("/") + 1);
  // What comes before the first wildcard stands for itself, whatever characters it has.
  const matches = picomatch(key.slice(folder.length), { dot: true, noextglob: true, nonegate: true });
  return {
    prefix,
    folder,
    isMeant: (name) => name.startsWith(prefix) && matches(name.slice(folder.length)),
  };
}
