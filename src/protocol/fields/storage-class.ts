// The storage classes that a request may name.
import { invalidArgument } from "../errors/service-error.ts";

/** What an object or a bucket has when nobody asked for another. */
export const STORAGE_CLASS_DEFAULT = "Standard";

const STORAGE_CLASSES: readonly string[] = [
  STORAGE_CLASS_DEFAULT,
  "IA",
  "Archive",
  "ColdArchive",
  "DeepColdArchive",
];

/**
 * @param name  the header or element that carried it, for the error
 * @throws {ServiceError} InvalidArgument
 */
export function parseStorageClass(name: string, value: string | undefined): string | undefined {
  if (value !== undefined && !STORAGE_CLASSES.includes(value)) {
    throw invalidArgument({ name, value });
  }
  return value;
}
