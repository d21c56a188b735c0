// The calls that show all that a bucket holds: each version whole, the current ones in pieces too, with their tags, and
// each upload's parts, and the listings.
import { type Call, type Calls, keys, slots } from "./service-calls.ts";
import type { ServiceModel } from "./service-model.ts";

/** From before the first border between two parts, as a rule, to behind the last one. */
const middle = { start: { quarters: 1, offset: 0 }, end: { quarters: 3, offset: 0 } };
/** One byte more than there are. */
const tooLong = { start: { quarters: 1, offset: 0 }, end: { quarters: 4, offset: 0 } };
const everything = { prefix: "", delimiter: "", after: "", limit: 1_000 };

export function auditCalls(model: ServiceModel): readonly Call[] {
  return [
    ...keys.flatMap((key) => auditKey(key, model)),
    ...slots.map((slot) => ({ call: "listParts" as const, slot, limit: 2, afterPartNumber: 0 })),
    { call: "getVersioning" },
    { call: "listObjects", page: everything },
    { call: "listVersions", page: everything, markerVersion: "current" },
    { call: "listUploads", page: everything, markerSlot: -1 },
  ];
}

function auditKey(key: string, model: ServiceModel): readonly Call[] {
  const current = { key, version: "current" } as const;
  const inPieces =
    model.find(key) === undefined ? [] : [middle, tooLong].map((range) => read(current, range));
  const versions = model.versions?.idsOf(key) ?? [];
  const whole = versions.flatMap((_, version): readonly Call[] => [
    read({ key, version }, {}),
    { call: "getTags", key, version },
  ]);
  return [...whole, ...inPieces];
}

function read(named: Pick<Calls["getObject"], "key" | "version">, range: Calls["getObject"]["range"]): Call {
  return { call: "getObject", ...named, range, isStandard: false, condition: null };
}
