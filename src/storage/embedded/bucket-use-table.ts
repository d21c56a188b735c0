// What each bucket holds, summed up by the tables of versions themselves: no statement can forget it, and nobody who asks
// waits until a million rows are counted.

/** The class that attributes name; "" for none. */
const classOf = (row: "new" | "old") => `coalesce(${row}.attributes ->> '$.standard.storageClass', '')`;

const added = `
  INSERT INTO bucket_use VALUES
    (new.bucket, ${classOf("new")}, new.type <> 'DeleteMarker', new.type = 'DeleteMarker', new.size)
  ON CONFLICT DO UPDATE SET object_count = object_count + excluded.object_count,
    marker_count = marker_count + excluded.marker_count, size = size + excluded.size;`;

const removed = `
  UPDATE bucket_use SET object_count = object_count - (old.type <> 'DeleteMarker'),
    marker_count = marker_count - (old.type = 'DeleteMarker'), size = size - old.size
  WHERE bucket = old.bucket AND storage_class = ${classOf("old")};`;

const triggersOf = (table: "noncurrent" | "object") => `
CREATE TRIGGER ${table}_added AFTER INSERT ON ${table} BEGIN ${added} END;
CREATE TRIGGER ${table}_removed AFTER DELETE ON ${table} BEGIN ${removed} END;
CREATE TRIGGER ${table}_changed AFTER UPDATE OF size, attributes ON ${table} BEGIN ${removed} ${added} END;
`;

/** To be run where `object`, `noncurrent` and `bucket` are. */
export const BUCKET_USE_TABLE: string = `
CREATE TABLE bucket_use (
  bucket TEXT NOT NULL, storage_class TEXT NOT NULL, object_count INTEGER NOT NULL, marker_count INTEGER NOT NULL,
  size INTEGER NOT NULL, PRIMARY KEY (bucket, storage_class)
) STRICT, WITHOUT ROWID;
${triggersOf("object")}
${triggersOf("noncurrent")}
CREATE TRIGGER bucket_removed AFTER DELETE ON bucket BEGIN DELETE FROM bucket_use WHERE bucket = old.name; END;
`;

/** The rows that `bucket_use` must have, but for those that are all 0. */
export const COUNTED_BUCKET_USE = `
SELECT bucket, storage_class, sum(type <> 'DeleteMarker') AS object_count, sum(type = 'DeleteMarker') AS marker_count,
  sum(size) AS size
FROM (
  SELECT bucket, coalesce(attributes ->> '$.standard.storageClass', '') AS storage_class, type, size FROM object
  UNION ALL
  SELECT bucket, coalesce(attributes ->> '$.standard.storageClass', '') AS storage_class, type, size FROM noncurrent
) GROUP BY bucket, storage_class
`;
