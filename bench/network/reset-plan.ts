// Which connections break, and where. The n-th request with a body has the same fate for every client: it depends on the
// seed and on n alone.

export interface RequestWithBody {
  readonly seed: number;
  /** 1 for the first of a run. */
  readonly bodyNumber: number;
  readonly lengthBytes: number;
  readonly resetPercent: number;
}

/**
 * After how many bytes of the body the connection is reset; undefined: never.
 *
 * Each request is reset with the same probability, at an offset drawn evenly from its body, whatever its size.
 */
export function resetOffset(request: RequestWithBody): number | undefined {
  const { seed, bodyNumber, lengthBytes, resetPercent } = request;
  if (drawn(seed, 2 * bodyNumber) * 100 >= resetPercent) {
    return undefined;
  }
  return Math.max(1, Math.ceil(drawn(seed, 2 * bodyNumber + 1) * lengthBytes));
}

/** Evenly from [0, 1), by splitmix32. */
function drawn(seed: number, index: number): number {
  let state = (Math.imul(seed, 0x85eb_ca6b) + Math.imul(index, 0x9e37_79b9)) | 0;
  state = Math.imul(state ^ (state >>> 16), 0x21f0_aaad);
  state = Math.imul(state ^ (state >>> 15), 0x735a_2d97);
  return ((state ^ (state >>> 15)) >>> 0) / 2 ** 32;
}
