// What the host sees of the kernel. The memory is the host's: it puts bytes anywhere from `freeAddress` on and calls.

import { hashFourStreams, LANE_STATES } from "./four-streams";
import { hashOneStream, LONE_STATE } from "./one-stream";

export const laneStatesAddress: usize = LANE_STATES;
export const loneStateAddress: usize = LONE_STATE;
/** Where the kernel's own data end. */
export const freeAddress: usize = __heap_base;

export { hashFourStreams, hashOneStream };
