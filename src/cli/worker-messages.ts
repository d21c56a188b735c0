// What the process that owns the data folder and its workers say to each other, besides what their stores do.
import type { ServeOptions } from "./serve-options.ts";

export type MessageToWorker =
  | { readonly kind: "store"; readonly message: unknown }
  /** The store can be joined: join it and listen. */
  | { readonly kind: "serve"; readonly options: ServeOptions }
  /** Finish the requests under way and end. */
  | { readonly kind: "drain" };

export type MessageFromWorker =
  | { readonly kind: "store"; readonly message: unknown }
  /** It hears what it is told. Node loses messages that come while a program loaded before it, as by NODE_OPTIONS, waits. */
  | { readonly kind: "ready" }
  | { readonly kind: "listening"; readonly endpoint: string }
  /** Why the worker ends without having listened; `code` is the system's, where it is about the address. */
  | { readonly kind: "refused"; readonly reason: string; readonly code?: string };
