// Random bytes a few at a time: the system is asked for many at once, for each question costs more than the bytes.

/** Enough for some hundred requests. */
const DRAWN_AT_ONCE_BYTES = 4_096;

/**
 * A source of random bytes, none of which is given out twice.
 *
 * @param draw  the system's own: so many bytes
 * @returns takes 1 … 4,096; what it gives is the caller's
 */
export function drawnBytes(draw: (sizeBytes: number) => Uint8Array): (sizeBytes: number) => Uint8Array {
  let drawn: Uint8Array = new Uint8Array();
  let usedBytes = 0;
  return (sizeBytes) => {
    if (usedBytes + sizeBytes > drawn.length) {
      drawn = draw(DRAWN_AT_ONCE_BYTES);
      usedBytes = 0;
    }
    usedBytes += sizeBytes;
    return drawn.subarray(usedBytes - sizeBytes, usedBytes);
  };
}
