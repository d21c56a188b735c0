// Comparing a secret with what a stranger sent.

/**
 * Whether two texts are the same, in a time that depends on their lengths only.
 *
 * `===` stops at the first difference and so tells, to one who measures long enough, how much of a forged signature
 * was right.
 */
export function constantTimeEqual(left: string, right: string): boolean {
  if (left.length !== right.length) {
    return false;
  }
  let difference = 0;
  for (let index = 0; index < left.length; index += 1) {
    difference |= left.charCodeAt(index) ^ right.charCodeAt(index);
  }
  return difference === 0;
}
