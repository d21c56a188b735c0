// Where the two halves of an embedded store lie in its folder.
import { join } from "node:path";

export interface Places {
  readonly file: string;
  readonly root: string;
}

/** The database of facts, and the folder of all blobs. */
export function placesIn(folder: string): Places {
  return { file: join(folder, "metadata.sqlite"), root: join(folder, "blobs") };
}
