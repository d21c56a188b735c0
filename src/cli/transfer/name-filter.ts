// Which names of many are meant: --include and --exclude, as globs of names relative to where the copying begins.
import picomatch from "picomatch";

export interface NameFilterFlags {
  readonly include?: readonly string[];
  readonly exclude?: readonly string[];
}

/**
 * A name is meant when it matches one of `include`, or there are none, and none of `exclude`. A glob without a slash is
 * compared with the last part of the name, so that `*.log` means the logs of all folders.
 *
 * @returns a predicate over names with `/` between their parts
 */
export function nameFilter({ include = [], exclude = [] }: NameFilterFlags): (name: string) => boolean {
  const isIncluded = include.map(matcher);
  const isExcluded = exclude.map(matcher);
  return (name) =>
    (isIncluded.length === 0 || isIncluded.some((matches) => matches(name))) &&
    !isExcluded.some((matches) => matches(name));
}

function matcher(glob: string): (name: string) => boolean {
  // Hidden files are files: an object store knows no difference.
  const matches = picomatch(glob, { dot: true });
  return glob.includes("/") ? matches : (name) => matches(name.slice(name.lastIndexOf("/") + 1));
}
