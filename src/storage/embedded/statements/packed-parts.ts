// What completing an upload asks of all its parts: as rows 10,000 of them take 20 ms, as one row of JSON arrays a third of
// it, and whoever completes an upload waits for it.
import type { DatabaseSync } from "node:sqlite";
import type { PlannedPart } from "../../plan-completion.ts";
import { text } from "../rows.ts";

/** @returns a reader of a content's parts, in ascending order */
export function preparePackedParts(database: DatabaseSync): (contentId: number) => readonly PlannedPart[] {
  // An order within the aggregates would sort for each of them; SQLite keeps the subquery's.
  const select = database.prepare(
    `SELECT json_group_array(part_number) AS numbers, json_group_array(size) AS sizes,
       json_group_array(md5) AS md5s, json_group_array(crc64) AS crc64s
     FROM (SELECT part_number, size, md5, crc64 FROM part WHERE content_id = ? ORDER BY part_number)`,
  );
  return (contentId) => {
    const row = select.get(contentId) ?? {};
    const column = <Value>(name: string) => JSON.parse(text(row[name])) as readonly Value[];
    const [sizes, md5s, crc64s] = [column<number>("sizes"), column<string>("md5s"), column<string>("crc64s")];
    return column<number>("numbers").map((partNumber, index) => ({
      partNumber,
      sizeBytes: Number(sizes[index]),
      md5: text(md5s[index]),
      crc64: BigInt(text(crc64s[index])),
    }));
  };
}
