/** The client went away, or took too long, before it had the whole answer. */
export class ClientGone extends Error {
  override readonly name = "ClientGone";
}
