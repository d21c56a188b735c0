// Our own server but for one thing: every blob gets a file, however small. What a comparison of the two layouts has to
// change, and nothing else, so it is a preload of the very same program: node --import file-for-each-blob.ts main.ts serve
import { FileBlobStore } from "../../src/storage/embedded/file-blob-store.ts";

/** Declared for every blob, and longer than any that shares a segment. */
const SIZE_OF_A_FILE_BYTES = 8 * 1024 * 1024;

const create = FileBlobStore.prototype.create;
FileBlobStore.prototype.create = function (this: FileBlobStore) {
  return create.call(this, { sizeBytes: SIZE_OF_A_FILE_BYTES });
};
