// All parts of a content at once: as rows 10,000 of them take 20 ms, as one row of JSON arrays half of it, and whoever
// completes an upload waits for it.
import type { DatabaseSync } from "node:sqlite";
import type { PartRecord } from "../../records.ts";
import { text } from "../rows.ts";

/** @returns a reader of a content's parts, in ascending order */
export function preparePackedParts(database: DatabaseSync): (contentId: number) => readonly PartRecord[] {
  // An order within the aggregates would sort for each of them; SQLite keeps the subquery's.
  const select = database.prepare(
    `SELECT json_group_array(part_number) AS numbers, json_group_array(blob) AS blobs,
       json_group_array(size) AS sizes, json_group_array(md5) AS md5s, json_group_array(crc64) AS crc64s,
       json_group_array(created_at) AS times, json_group_array(digest_state) AS states
     FROM (SELECT * FROM part WHERE content_id = ? ORDER BY part_number)`,
  );
  return (contentId) => {
    const row = select.get(contentId) ?? {};
    const column = <Value>(name: string) => JSON.parse(text(row[name])) as readonly Value[];
    const [blobs, md5s, crc64s] = [column<string>("blobs"), column<string>("md5s"), column<string>("crc64s")];
    const [sizes, times] = [column<number>("sizes"), column<number>("times")];
    const states = column<string | null>("states");
    return column<number>("numbers").map((partNumber, index) => {
      const state = states[index] ?? null;
      return {
        partNumber,
        blobId: text(blobs[index]),
        sizeBytes: Number(sizes[index]),
        md5: text(md5s[index]),
        crc64: BigInt(text(crc64s[index])),
        createdAtMs: Number(times[index]),
        ...(state === null ? {} : { digestState: state }),
      };
    });
  };
}
