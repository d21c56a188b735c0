// Memory that begins at a whole page, for writes past the page cache. Node tells of no buffer where it lies; but a
// WebAssembly memory lies at a page.

/** What of the global WebAssembly is needed; its types belong to those of pages. */
interface WebAssemblyPlatform {
  readonly Memory: new (size: {
    readonly initial: number;
    readonly maximum: number;
  }) => { readonly buffer: ArrayBuffer };
}

const WEB_ASSEMBLY_PAGE_SIZE_BYTES = 65_536;

/**
 * Zeros; what is never written to costs nothing.
 *
 * @param sizeBytes  at least so many
 * @returns where there is no WebAssembly, memory that begins anywhere
 */
export function allocatePages(sizeBytes: number): Buffer {
  const { WebAssembly: platform } = globalThis as { readonly WebAssembly?: WebAssemblyPlatform };
  const pageCount = Math.ceil(sizeBytes / WEB_ASSEMBLY_PAGE_SIZE_BYTES);
  return platform === undefined
    ? Buffer.alloc(sizeBytes)
    : Buffer.from(new platform.Memory({ initial: pageCount, maximum: pageCount }).buffer);
}
