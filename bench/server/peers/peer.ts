// Whoever does the same work: a server with a bucket, and targets that it takes.
import type { ServerProcess } from "../server-process.ts";
import type { SignTarget } from "../sign-target.ts";

export interface Peer extends AsyncDisposable {
  readonly name: string;
  readonly server: ServerProcess;
  readonly sign: SignTarget;
}
