// Building a query from named values.
import type { Query } from "../http-message.ts";

/**
 * The pairs of those parameters that have a value, in the order given. `true` writes a bare mark (`?uploads`);
 * undefined leaves the parameter out.
 */
export function queryPairs(parameters: Readonly<Record<string, string | number | true | undefined>>): Query {
  return Object.entries(parameters)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => [name, value === true ? "" : String(value)] as const);
}
