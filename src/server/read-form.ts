// A form on its way in: its fields at once, for they decide what becomes of the file, and the file as a stream that is
// pulled as fast as it is stored. Nothing but the fields is gathered, and those within limits.
import type { Readable } from "node:stream";
import { serviceError } from "../protocol/errors/known-error.ts";
import type { ServiceError } from "../protocol/errors/service-error.ts";
import type { Form } from "../protocol/http-message.ts";
import { FormReading } from "./form-reading.ts";
import { type GatheredBytes, gatheredBytes } from "./gathered-bytes.ts";
import type { RequestBody } from "./service-context.ts";

/** The caller disposes of it, whether or not the file was read. */
export interface ReceivedForm extends Disposable {
  readonly form: Form;
  /** Ends only when the whole form was read and is well-formed. */
  readonly file: RequestBody;
}

/**
 * Reads the fields up to the file.
 *
 * @param contentType  of the request
 * @throws {ServiceError} MalformedPOSTRequest, FieldItemTooLong, IncorrectNumberOfFilesInPOSTRequest, and what reading
 *   the body throws; RequestTimeout when its fields are slow and others need their memory
 */
export async function readForm(
  body: RequestBody,
  contentType: string,
  memory: GatheredBytes = gatheredBytes,
): Promise<ReceivedForm> {
  const reading = new FormReading(boundaryOf(contentType), memory);
  const { whole } = reading;
  void reading.readAll(body.chunks);
  const { form, stream } = await fileOf(reading);
  return {
    form,
    file: { sizeBytes: undefined, chunks: readFile(stream, whole) },
    [Symbol.dispose]: () => reading.abandon(serviceError("IncompleteBody")),
  };
}

async function fileOf(reading: FormReading): FormReading["fileFound"] {
  try {
    return await Promise.race([
      reading.fileFound,
      reading.whole.then(() => {
        throw serviceError("IncorrectNumberOfFilesInPOSTRequest");
      }),
    ]);
  } catch (failure) {
    reading.abandon(failure as ServiceError);
    throw failure;
  }
}

/** RFC 2046 knows 70 characters. */
const BOUNDARY_SIZE_MAX_BYTES = 200;

/** @throws {ServiceError} MalformedPOSTRequest */
function boundaryOf(contentType: string): string {
  const [, quoted, bare] = /;\s*boundary=(?:"([^"]+)"|([^\s;"]+))/i.exec(contentType) ?? [];
  const boundary = quoted ?? bare;
  // The parser searches for its bytes, and takes no more of them than this and the hyphens in front.
  if (boundary === undefined || Buffer.byteLength(boundary) > BOUNDARY_SIZE_MAX_BYTES) {
    throw serviceError("MalformedPOSTRequest", {
      message: "The Content-Type names no boundary that a form can have.",
    });
  }
  return boundary;
}

async function* readFile(stream: Readable, whole: Promise<void>): AsyncGenerator<Uint8Array> {
  try {
    for await (const chunk of stream) {
      yield chunk as Uint8Array;
    }
  } catch (failure) {
    // The failure of the form tells more than that of its file.
    await whole;
    throw failure;
  }
  // Nobody may see the file of a form that breaks off behind it.
  await whole;
}
