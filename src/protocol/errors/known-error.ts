// Errors of the table, as whoever answers requests makes them. A client makes its errors of what it is answered, and does
// without the table.
import { type ErrorCode, errorDefinitions } from "./error-table.ts";
import { ServiceError, type ServiceErrorOptions } from "./service-error.ts";

/** Status, message and EC are the table's, unless the options have others. */
export function serviceError(
  code: ErrorCode | (string & {}),
  options: Partial<ServiceErrorOptions> = {},
): ServiceError {
  const definition = errorDefinitions.get(code);
  const { message = code, status = 500, ec } = definition ?? {};
  return new ServiceError(code, { message, status, ...(ec === undefined ? {} : { ec }), ...options });
}
