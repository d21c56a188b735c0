// Loaded before a server by the test of the fuzz alone: PARTWISE_LEAK_BYTES of every write to a client live for ever, so
// that it is seen whether the fuzz finds such a server.
import { Socket } from "node:net";

const sizeBytes = Number(process.env.PARTWISE_LEAK_BYTES);
const ELEMENT_SIZE_BYTES = 8;
const kept: number[][] = [];
const { write } = Socket.prototype;
Socket.prototype.write = function leakingWrite(this: Socket, ...given: never[]): boolean {
  kept.push(new Array<number>(sizeBytes / ELEMENT_SIZE_BYTES).fill(0.5));
  return Reflect.apply(write, this, given);
} as typeof write;
