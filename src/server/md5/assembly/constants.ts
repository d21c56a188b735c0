// What is the same for one stream and for four. Source: RFC 1321, section 3.4.

/** How many bytes MD5 takes at a time. */
export const BLOCK_SIZE_BYTES: usize = 64;

/** Which of a block's sixteen words step i takes, in each of the four rounds. */
export function wordOfF(step: i32): i32 {
  return step;
}

export function wordOfG(step: i32): i32 {
  return (5 * step + 1) & 15;
}

export function wordOfH(step: i32): i32 {
  return (3 * step + 5) & 15;
}

export function wordOfI(step: i32): i32 {
  return (7 * step) & 15;
}
