// The way between the process that owns a store and one that shares it; who starts the processes makes it.

export interface ProcessLink {
  /** Any value that can be cloned; what was sent in order arrives in order. After the end it does nothing. */
  send(message: unknown): void;
  /** Calls `listener` with every message from now on. */
  onMessage(listener: (message: unknown) => void): void;
  /** Resolves when the other process is gone and nothing more arrives from it. Never rejects. */
  readonly ended: Promise<void>;
}
