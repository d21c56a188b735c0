// What only those may ask who may do more than write, and what an upload can do without.
import { ServiceError } from "../../protocol/errors/service-error.ts";

/** What was asked for, or `otherwise` from a service that does not let this user ask. */
export async function unlessDenied<Value>(asked: Promise<Value>, otherwise: Value): Promise<Value> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof ServiceError && error.code === "AccessDenied") {
      return otherwise;
    }
    throw error;
  }
}
