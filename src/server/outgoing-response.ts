import type { ResponseMessage } from "../protocol/http-message.ts";
import type { ResponseBody } from "./service-context.ts";

/** An answer of the server, whichever door it goes out by. */
export interface OutgoingResponse {
  readonly message: ResponseMessage;
  readonly body?: ResponseBody;
}
