// How a page reads what it sends: the browser keeps the bytes ready, and takes a body whole, so nothing is read ahead or
// kept for the next one.
import { fill } from "../upload/fill-from-source.ts";
import type { CreateBodies } from "../upload/source-body.ts";

/** In memory twice for a moment. */
const PIECE_SIZE_BYTES: number = 1024 * 1024;

export const createFileBodies: CreateBodies = () => (source, start, end) => ({
  sizeBytes: end - start,
  start,
  end,
  async *chunks() {
    for (let position = start; position < end; position += PIECE_SIZE_BYTES) {
      const piece = new Uint8Array(Math.min(PIECE_SIZE_BYTES, end - position));
      await fill(source, position, piece);
      yield piece;
    }
  },
});
