// One form while it is read: the parser in the middle, the body on one side, whoever waits for fields and file on the
// other.
import { once } from "node:events";
import type { Readable } from "node:stream";
import { Dicer } from "@fastify/busboy";
import { serviceError } from "../protocol/errors/known-error.ts";
import type { ServiceError } from "../protocol/errors/service-error.ts";
import type { Form } from "../protocol/http-message.ts";
import {
  FORM_FIELD_COUNT_MAX,
  FORM_FIELD_NAME_SIZE_MAX_BYTES,
  FORM_FIELD_VALUE_SIZE_MAX_BYTES,
  FORM_FIELDS_SIZE_MAX_BYTES,
} from "../protocol/limits.ts";
import type { GatheredBytes, Gathering } from "./gathered-bytes.ts";
import { type PartHeaders, parsePartDisposition } from "./part-disposition.ts";

type Field = readonly [name: string, value: string];

const FILE_FIELD = "file";
/** All headers of one part; the name of the field stands among them. */
const PART_HEADERS_SIZE_MAX_BYTES: number = 2 * FORM_FIELD_NAME_SIZE_MAX_BYTES;

export class FormReading {
  readonly fileFound: Promise<{ readonly form: Form; readonly stream: Readable }>;
  /** Settles when the whole form was read, or as soon as it failed. */
  readonly whole: Promise<void>;
  readonly #parser: Dicer;
  readonly #fields: Promise<Field>[] = [];
  readonly #gathering: Gathering;
  /** Of the fields that are not whole. */
  readonly #pieces: Uint8Array[][] = [];
  #succeed: () => void = () => {};
  #fail: (failure: ServiceError) => void = () => {};
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

  constructor(boundary: string, memory: GatheredBytes) {
    this.#gathering = memory.begin((failure) => this.abandon(failure));
    this.fileFound = new Promise((resolve, reject) => {
      this.#foundFile = (stream, file) => {
        // Their bytes are there already, for the file's come behind them.
        Promise.all(this.#fields).then((fields) => resolve({ form: { fields, file }, stream }), reject);
      };
    });
    this.whole = new Promise((resolve, reject) => {
      this.#succeed = resolve;
      this.#fail = reject;
    });
    // Whoever waits for them hears of a failure; nobody may be waiting yet, or any more.
    this.fileFound.catch(() => {});
    this.whole.catch(() => {});
    this.#parser = new Dicer({ boundary, maxHeaderSize: PART_HEADERS_SIZE_MAX_BYTES } as Dicer.Config);
    this.#parser
      .on("part", (part) => this.#beginPart(part))
      .on("finish", () => {
        this.#isFormOver = true;
        this.#wake();
      })
      .on("error", (cause) => this.abandon(serviceError("MalformedPOSTRequest", { cause })));
  }

  /**
   * Never throws: see `whole`. Behind a failure the rest of the body is thrown away, for a client looks for the answer
   * when it has sent everything, and nobody else can read what this waits for.
   */
  async readAll(chunks: AsyncIterable<Uint8Array>): Promise<void> {
    try {
      for await (const chunk of chunks) {
        if (this.#failure === undefined) {
          await this.#write(chunk).catch((failure) => this.abandon(failure));
        }
      }
      await this.#end();
      this.#succeed();
    } catch (failure) {
      this.abandon(failure as ServiceError);
    }
  }

  /** Whoever waits, for the form or for the file, gets the first failure; behind the end it does nothing. */
  abandon(failure: ServiceError): void {
    this.#failure ??= failure;
    this.#letGo();
    this.#fail(this.#failure);
    this.#wake();
    this.#file?.destroy(this.#isFileOver ? undefined : this.#failure);
  }

  /** Of everything that was gathered, for who sent it may stay connected. */
  #letGo(): void {
    this.#gathering[Symbol.dispose]();
    this.#fields.length = 0;
    for (const pieces of this.#pieces) {
      pieces.length = 0;
    }
  }

  async #write(chunk: Uint8Array): Promise<void> {
    // The parser keeps what the file's reader has not taken yet, and the chunk is valid only until the next one.
    const copy = Buffer.from(chunk);
    if (this.#file === undefined) {
      // Where the file begins in the middle of it, too: a field that ends there is kept as well.
      this.#gathering.add(chunk.length);
    }
    await this.#waitUntil((done) => {
      // Behind the end of the form the parser may never call back: it waits for a reader of a part that was read already.
      if (this.#isFormOver) {
        done();
      } else {
        this.#parser.write(copy, done);
      }
    });
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
    part.on("error", (cause) => this.abandon(serviceError("MalformedPOSTRequest", { cause })));
    part.on("header", (headers) => this.#readPart(part, headers as PartHeaders));
  }

  #readPart(part: Dicer.PartStream, headers: PartHeaders): void {
    const disposition = parsePartDisposition(headers);
    if (disposition === undefined) {
      this.abandon(serviceError("MalformedPOSTRequest"));
      return;
    }
    const { name, fileName, contentType } = disposition;
    if (name.toLowerCase() !== FILE_FIELD) {
      this.#addField(name, part);
    } else if (this.#file !== undefined) {
      this.abandon(serviceError("IncorrectNumberOfFilesInPOSTRequest"));
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
    const pieces: Uint8Array[] = [];
    this.#pieces.push(pieces);
    const field = readField(name, part, pieces);
    field.catch((failure) => this.abandon(failure));
    this.#fields.push(field);
  }
}

/** @throws {ServiceError} FieldItemTooLong, MalformedPOSTRequest when it is not UTF-8 */
async function readField(name: string, part: Readable, pieces: Uint8Array[]): Promise<Field> {
  if (Buffer.byteLength(name) > FORM_FIELD_NAME_SIZE_MAX_BYTES) {
    throw tooLong(`The name of a field is longer than ${FORM_FIELD_NAME_SIZE_MAX_BYTES} bytes.`);
  }
  let sizeBytes = 0;
  part.on("data", (chunk: Uint8Array) => {
    sizeBytes += chunk.length;
    if (sizeBytes <= FORM_FIELD_VALUE_SIZE_MAX_BYTES) {
      pieces.push(chunk);
    }
  });
  await once(part, "end");
  if (sizeBytes > FORM_FIELD_VALUE_SIZE_MAX_BYTES) {
    throw tooLong(`A value is longer than ${FORM_FIELD_VALUE_SIZE_MAX_BYTES} bytes.`);
  }
  const bytes = Buffer.concat(pieces);
  pieces.length = 0;
  try {
    return [name, new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes)];
  } catch (cause) {
    throw serviceError("MalformedPOSTRequest", { message: "A field of the form is not UTF-8.", cause });
  }
}

function tooLong(message: string): ServiceError {
  return serviceError("FieldItemTooLong", { message });
}
