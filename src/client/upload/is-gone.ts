// Whether the service says that it has no such upload any more.
import { ServiceError } from "../../protocol/errors/service-error.ts";

export function isGone(error: unknown): boolean {
  return error instanceof ServiceError && error.code === "NoSuchUpload";
}
