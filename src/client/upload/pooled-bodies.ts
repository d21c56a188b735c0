// Bodies of one upload, which share their buffers with each other and with other uploads.
import {
  giveBackKernelBuffer,
  KERNEL_BUFFER_SIZE_BYTES,
  takeKernelBuffer,
} from "../../protocol/crc64/kernel-buffers.ts";
import { BufferPool } from "./buffer-pool.ts";
import { BUFFERS_PER_BODY, type CreateBodies, sourceBody } from "./source-body.ts";

/** Their buffers are of the kernel that sums them, while it has any; else they go with the last of the bodies. */
export const createPooledBodies: CreateBodies = (countMax) => {
  const pool = new BufferPool({
    bufferSizeBytes: KERNEL_BUFFER_SIZE_BYTES,
    bufferCountMax: countMax * BUFFERS_PER_BODY,
    shared: { take: takeKernelBuffer, giveBack: giveBackKernelBuffer },
  });
  return (source, start, end) => sourceBody({ source, start, end, pool });
};
