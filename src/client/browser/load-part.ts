// Parts of the code that not every page needs are fetched by those that do, when they do.
import { TransportError } from "../transport-error.ts";

/**
 * @param load  an `import()`
 * @throws {TransportError} when it cannot be had
 */
export async function loadPart<Module>(load: () => Promise<Module>): Promise<Module> {
  try {
    return await load();
  } catch (cause) {
    const message = "a script of this page could not be fetched; check the network, or reload the page";
    throw new TransportError("connection-lost", message, { cause, mayHaveArrived: false });
  }
}
