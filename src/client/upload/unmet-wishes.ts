// Whether an object carries what its uploader wants. An upload that is found on the service was begun by someone unknown,
// and what its object will carry was said then.
import { type ObjectHeaders, STANDARD_OBJECT_HEADERS } from "../../protocol/fields/object-headers.ts";

/** The names of what `stored` has otherwise than `wished` says; what was not wished for may be anything. */
export function unmetWishes(wished: ObjectHeaders, stored: ObjectHeaders): readonly string[] {
  const { userMetadata: wishedMetadata = {}, ...standard } = wished;
  const names = Object.keys(standard) as (keyof typeof standard)[];
  const unmet = names
    .filter((name) => standard[name] !== undefined && standard[name] !== stored[name])
    .map((name) => (name in STANDARD_OBJECT_HEADERS ? nameOf(name) : name));
  const unmetMetadata = Object.entries(wishedMetadata)
    .filter(([name, value]) => stored.userMetadata?.[name] !== value)
    .map(([name]) => `metadata ${name}`);
  return [...unmet, ...unmetMetadata];
}

function nameOf(name: string): string {
  return STANDARD_OBJECT_HEADERS[name as keyof typeof STANDARD_OBJECT_HEADERS];
}
