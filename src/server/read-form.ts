// A form on its way in: its fields at once, for they decide what becomes of the file, and the file as a stream that is
// pulled as fast as it is stored. Nothing but the fields is gathered, and those within limits.
import { once } from "node:events";
import type { Readable } from "node:stream";
import { Dicer } from "@fastify/busboy";
import { ServiceError } from "../protocol/errors/service-error.ts";
import type { Form } from "../protocol/http-message.ts";
import {
  FORM_FIELD_COUNT_MAX,
  FORM_FIELD_NAME_SIZE_MAX_BYTES,
  FORM_FIELD_VALUE_SIZE_MAX_BYTES,
  FORM_FIELDS_SIZE_MAX_BYTES,
} from "../protocol/limits.ts";
import { type PartHeaders, parsePartDisposition } from "./part-disposition.ts";
import type { RequestBody } from "./service-context.ts";

/** The caller disposes of it, whether or not the file was read. */
export interface ReceivedForm extends Disposable {
  readonly form: Form;
  /** Ends only when the whole form was read and is well-formed. */
  readonly file: RequestBody;
}

type Field = readonly [name: string, value: string];

const FILE_FIELD = "file";
/** All headers of one part; the name of the field stands among them. */
const PART_HEADERS_SIZE_MAX_BYTES: number = 2 * FORM_FIELD_NAME_SIZE_MAX_BYTES;

/**
 * Reads the fields up to the file.
 *
 * @param contentType  of the request
 * @throws {ServiceError} MalformedPOSTRequest, FieldItemTooLong, IncorrectNumberOfFilesInPOSTRequest, and what reading
 *   the body throws
 */
export async function readForm(body: RequestBody, contentType: string): Promise<ReceivedForm> {
  const reading = new FormReading(boundaryOf(contentType));
  const whole = reading.readAll(body.chunks);
  // Whoever reads the file hears of a failure; before that, the race below does.
  whole.catch(() => {});
  const { form, stream } = await Promise.race([
    reading.fileFound,
    whole.then(() => {
      throw new ServiceError("IncorrectNumberOfFilesInPOSTRequest");
    }),
  ]);
  return {
    form,
    file: { sizeBytes: undefined, chunks: readFile(stream, whole) },
    [Symbol.dispose]: () => reading.abandon(new ServiceError("IncompleteBody")),
  };
}

/** @throws {ServiceError} MalformedPOSTRequest */
function boundaryOf(contentType: string): string {
  const [, quoted, bare] = /;\s*boundary=(?:"([^"]{1,200})"|([^\s;"]{1,200}))/i.exec(contentType) ?? [];
  const boundary = quoted ?? bare;
  if (boundary === undefined) {
    throw new ServiceError("MalformedPOSTRequest", { message: "The Content-Type names no boundary." });
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

class FormReading {
  readonly fileFound: Promise<{ readonly form: Form; readonly stream: Readable }>;
  readonly #parser: Dicer;
  readonly #fields: Promise<Field>[] = [];
  #foundFile: (stream: Readable, facts: Form["file"]) => void = () => {};
  #file: Readable | undefined;
  #isFileOver = false;
  #isFormOver = false;
  /** Of what stands before the file, then of what stands behind it. */
  #sizeBesideFile = 0;
  #partCount = 0;
  #failure: ServiceError | undefined;
  /** Ends the one wait that is under way. */
  #wake: () => void = () => {};

  constructor(boundary: string) {
    this.fileFound = new Promise((resolve, reject) => {
      this.#foundFile = (stream, file) => {
        // Their bytes are there already, for the file's come behind them.
        Promise.all(this.#fields).then((fields) => resolve({ form: { fields, file }, stream }), reject);
      };
    });
    this.fileFound.catch(() => {});
    this.#parser = new Dicer({ boundary, maxHeaderSize: PART_HEADERS_SIZE_MAX_BYTES } as Dicer.Config);
    this.#parser
      .on("part", (part) => this.#beginPart(part))
      .on("finish", () => {
        this.#isFormOver = true;
        this.#wake();
      })
      .on("error", (cause) => this.abandon(new ServiceError("MalformedPOSTRequest", { cause })));
  }

  /** @throws {ServiceError} */
  async readAll(chunks: AsyncIterable<Uint8Array>): Promise<void> {
    try {
      for await (const chunk of chunks) {
        await this.#write(chunk);
      }
      await this.#end();
    } catch (failure) {
      this.abandon(failure as ServiceError);
      throw failure;
    }
  }

  /** Whoever waits, for the form or for the file, gets the first failure; behind the end it does nothing. */
  abandon(failure: ServiceError): void {
    this.#failure ??= failure;
    this.#wake();
    this.#file?.destroy(this.#isFileOver ? undefined : this.#failure);
  }

  async #write(chunk: Uint8Array): Promise<void> {
    // The parser keeps what the file's reader has not taken yet, and the chunk is valid only until the next one.
    const copy = Buffer.from(chunk);
    await this.#waitUntil((done) => this.#parser.write(copy, done));
    if (this.#file === undefined || this.#isFileOver) {
      this.#sizeBesideFile += chunk.length;
    }
    if (this.#sizeBesideFile > FORM_FIELDS_SIZE_MAX_BYTES) {
      throw tooLong(`The fields of the form are longer than ${FORM_FIELDS_SIZE_MAX_BYTES} bytes.`);
    }
  }

  /** The parser says that the form is over, or that its end is missing, once the file has been taken. */
  async #end(): Promise<void> {
    await this.#waitUntil((done) => {
      if (this.#isFormOver) {
        done();
      }
      this.#parser.end();
    });
  }

  /** Throws when the reading is abandoned before `begin` calls back. */
  async #waitUntil(begin: (done: () => void) => void): Promise<void> {
    if (this.#failure === undefined) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
        begin(resolve);
      });
    }
    if (this.#failure !== undefined) {
      throw this.#failure;
    }
  }

  #beginPart(part: Dicer.PartStream): void {
    this.#partCount += 1;
    if (this.#partCount > FORM_FIELD_COUNT_MAX) {
      this.abandon(tooLong(`The form has more than ${FORM_FIELD_COUNT_MAX} fields.`));
    }
    part.on("error", (cause) => this.abandon(new ServiceError("MalformedPOSTRequest", { cause })));
    part.on("header", (headers) => this.#readPart(part, headers as PartHeaders));
  }

  #readPart(part: Dicer.PartStream, headers: PartHeaders): void {
    const disposition = parsePartDisposition(headers);
    if (disposition === undefined) {
      this.abandon(new ServiceError("MalformedPOSTRequest"));
      return;
    }
    const { name, fileName, contentType } = disposition;
    if (name.toLowerCase() !== FILE_FIELD) {
      this.#addField(name, part);
    } else if (this.#file !== undefined) {
      this.abandon(new ServiceError("IncorrectNumberOfFilesInPOSTRequest"));
    } else {
      this.#file = part;
      part.once("end", () => {
        this.#isFileOver = true;
        this.#sizeBesideFile = 0;
      });
      this.#foundFile(part, {
        ...(fileName === undefined ? {} : { name: fileName }),
        ...(contentType === undefined ? {} : { contentType }),
      });
    }
  }

  /** What stands behind the file is for nobody: often it is the button that was pressed. */
  #addField(name: string, part: Readable): void {
    if (this.#file !== undefined) {
      part.resume();
      return;
    }
    const field = readField(name, part);
    field.catch((failure) => this.abandon(failure));
    this.#fields.push(field);
  }
}

/** @throws {ServiceError} FieldItemTooLong, MalformedPOSTRequest when it is not UTF-8 */
async function readField(name: string, part: Readable): Promise<Field> {
  if (Buffer.byteLength(name) > FORM_FIELD_NAME_SIZE_MAX_BYTES) {
    throw tooLong(`The name of a field is longer than ${FORM_FIELD_NAME_SIZE_MAX_BYTES} bytes.`);
  }
  const chunks: Uint8Array[] = [];
  let sizeBytes = 0;
  part.on("data", (chunk: Uint8Array) => {
    sizeBytes += chunk.length;
    if (sizeBytes <= FORM_FIELD_VALUE_SIZE_MAX_BYTES) {
      chunks.push(chunk);
    }
  });
  await once(part, "end");
  if (sizeBytes > FORM_FIELD_VALUE_SIZE_MAX_BYTES) {
    throw tooLong(`A value is longer than ${FORM_FIELD_VALUE_SIZE_MAX_BYTES} bytes.`);
  }
  try {
    return [name, new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(Buffer.concat(chunks))];
  } catch (cause) {
    throw new ServiceError("MalformedPOSTRequest", { message: "A field of the form is not UTF-8.", cause });
  }
}

function tooLong(message: string): ServiceError {
  return new ServiceError("FieldItemTooLong", { message });
}
