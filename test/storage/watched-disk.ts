// The file system under a store, seen and disturbed from outside: each call to it is told first, may be made to wait,
// and may be made to fail. It stands in Node's own place, so no file of the store can go past it.
import type { FileHandle } from "node:fs/promises";
import promises from "node:fs/promises";
import { syncBuiltinESMExports } from "node:module";

export interface DiskCall {
  readonly operation:
    | "close"
    | "datasync"
    | "mkdir"
    | "open"
    | "rmdir"
    | "sync"
    | "truncate"
    | "unlink"
    | "write";
  readonly path: string;
}

type Method = (...parameters: readonly unknown[]) => Promise<unknown>;

/**
 * Tells `onCall` of each call before it is made, until the result is disposed of. What `onCall` throws is what the call
 * throws, and then it does nothing; only a close that fails has closed.
 */
export async function watchDisk(onCall: (call: DiskCall) => Promise<void> | void): Promise<Disposable> {
  const prototype = await handlePrototype();
  const restore = [...watchPaths(onCall), ...watchHandles(prototype, onCall)];
  syncBuiltinESMExports();
  return {
    [Symbol.dispose]: () => {
      for (const each of restore) {
        each();
      }
      syncBuiltinESMExports();
    },
  };
}

/** What the system throws, such as a full disk: ENOSPC. */
export function systemError(code: string): NodeJS.ErrnoException {
  return Object.assign(new Error(`${code}: told to fail`), { code });
}

const pathOfHandle = new WeakMap<object, string>();

function watchPaths(onCall: (call: DiskCall) => Promise<void> | void): readonly (() => void)[] {
  return (["mkdir", "open", "rmdir", "unlink"] as const).map((operation) =>
    replaceMethod(promises, operation, async (original, _, parameters) => {
      const path = String(parameters[0]);
      await onCall({ operation, path });
      const result = await original(...parameters);
      if (operation === "open") {
        pathOfHandle.set(result as FileHandle, path);
        watchClose(result as FileHandle, () => onCall({ operation: "close", path }));
      }
      return result;
    }),
  );
}

/** Each handle has a `close` of its own. */
function watchClose(handle: FileHandle, onClose: () => Promise<void> | void): void {
  const restore = replaceMethod(handle, "close", async (original) => {
    restore();
    await original.call(handle);
    await onClose();
  });
}

function watchHandles(
  prototype: object,
  onCall: (call: DiskCall) => Promise<void> | void,
): readonly (() => void)[] {
  return (["datasync", "sync", "truncate", "write", "writev"] as const).map((method) =>
    replaceMethod(prototype, method, async (original, handle, parameters) => {
      const operation = method === "writev" ? "write" : method;
      await onCall({ operation, path: pathOfHandle.get(handle) ?? "" });
      return original.apply(handle, parameters);
    }),
  );
}

async function handlePrototype(): Promise<object> {
  await using handle = await promises.open(process.execPath, "r");
  return Object.getPrototypeOf(handle);
}

function replaceMethod(
  owner: object,
  name: string,
  replacement: (original: Method, self: object, parameters: Parameters<Method>) => Promise<unknown>,
): () => void {
  const original: Method = Reflect.get(owner, name);
  Reflect.set(owner, name, function (this: object, ...parameters: Parameters<Method>) {
    return replacement(original, this, parameters);
  });
  return () => Reflect.set(owner, name, original);
}
