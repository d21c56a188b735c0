// max-keys, max-parts, max-uploads: how many entries a page of a listing may have.
import { invalidArgument } from "../errors/service-error.ts";
import { type Query, queryValue } from "../http-message.ts";
import { PAGE_SIZE_MAX } from "../limits.ts";

/**
 * The page size that the parameter `name` asks for, or undefined when it is absent or empty.
 *
 * @throws {ServiceError} InvalidArgument when it is no integer from 1 to 1,000
 */
export function parsePageSize(query: Query, name: string): number | undefined {
  const text = queryValue(query, name);
  if (text === undefined || text === "") {
    return undefined;
  }
  const pageSize = /^\d{1,10}$/.test(text) ? Number(text) : Number.NaN;
  if (!(pageSize >= 1 && pageSize <= PAGE_SIZE_MAX)) {
    throw invalidArgument(
      { name, value: text },
      `Argument ${name} must be an integer between 1 and ${PAGE_SIZE_MAX}.`,
    );
  }
  return pageSize;
}
