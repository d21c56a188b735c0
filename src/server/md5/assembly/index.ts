// What the host sees of the kernel. The memory is the host's: it puts bytes anywhere from `freeAddress` on and calls.

import { EIGHT_STATES, hashEightStreams } from "./eight-streams";
import { FOUR_STATES, hashFourStreams } from "./four-streams";
import { hashOneStream, LONE_STATE } from "./one-stream";

export const eightStatesAddress: usize = EIGHT_STATES;
export const fourStatesAddress: usize = FOUR_STATES;
export const loneStateAddress: usize = LONE_STATE;
/** Where the kernel's own data end. */
export const freeAddress: usize = __heap_base;

export { hashEightStreams, hashFourStreams, hashOneStream };
