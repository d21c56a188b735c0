// A client that speaks bytes: it sends drawn requests over one connection and notes what it was told.
import { connect, type Socket } from "node:net";
import { setImmediate as turn } from "node:timers/promises";
import { AnswerReader, type RawAnswer } from "../../torture/fuzz/answer-reader.ts";
import { bodyOf, type DrawnRequest, piecesOf, type Target, wireBytes } from "./drawn-request.ts";

export interface SentRequest {
  readonly request: DrawnRequest;
  readonly target: Target;
  readonly body: Buffer;
  /** Undefined: none came. */
  readonly answer: RawAnswer | undefined;
  /** Whether the server had said that the connection ends, or the client broke it off. */
  readonly mayBeLost: boolean;
}

interface Conversation {
  readonly socket: Socket;
  /** The next answer, or undefined at the end of the connection. */
  next(): Promise<RawAnswer | undefined>;
  /** Whether the server wants the body; of a refused one it does not. All answers before were taken. */
  isAsked(): Promise<boolean>;
}

export async function runConnection(
  port: number,
  requests: readonly (readonly [request: DrawnRequest, target: Target, requestNumber: number])[],
): Promise<readonly SentRequest[]> {
  const conversation = openConversation(port);
  const unanswered: Pick<SentRequest, "body" | "request" | "target">[] = [];
  const sent: SentRequest[] = [];
  let isClosing = false;
  let isBrokenOff = false;
  const takeAnswers = async () => {
    for (const one of unanswered.splice(0)) {
      const answer = await conversation.next();
      sent.push({ ...one, answer, mayBeLost: isClosing || isBrokenOff });
      isClosing ||= answer === undefined || answer.headers.get("connection")?.toLowerCase() === "close";
    }
  };
  try {
    for (const [request, target, requestNumber] of requests) {
      if (request.framing === "continue") {
        await takeAnswers();
      }
      if (isClosing) {
        break;
      }
      const body = bodyOf(requestNumber, request.sizeBytes);
      unanswered.push({ request, target, body });
      isBrokenOff = await sendRequest(request, wireBytes(request, body, target), conversation);
      if (isBrokenOff) {
        break;
      }
      if (!request.isPipelined) {
        await takeAnswers();
      }
    }
    await takeAnswers();
    return sent;
  } finally {
    conversation.socket.destroy();
  }
}

/** @returns whether the connection was broken off with it */
async function sendRequest(
  { framing, fate, pieceSizesBytes, pauseTurns }: DrawnRequest,
  { head, payload }: { readonly head: string; readonly payload: Buffer },
  { socket, isAsked }: Conversation,
): Promise<boolean> {
  const isBroken = fate === "cut" || fate === "half-closed";
  const pieces = piecesOf(isBroken ? payload.subarray(0, payload.length >> 1) : payload, pieceSizesBytes);
  if (framing === "continue") {
    socket.write(head);
    if (!(await isAsked())) {
      return false;
    }
  } else {
    // The head together with what follows it, as many clients send it.
    socket.write(Buffer.concat([Buffer.from(head), pieces[0] ?? Buffer.alloc(0)]));
  }
  for (const piece of framing === "continue" ? pieces : pieces.slice(1)) {
    for (let count = 0; count < pauseTurns; count += 1) {
      await turn();
    }
    socket.write(piece);
  }
  if (fate === "cut") {
    await turn();
    socket.resetAndDestroy();
  } else if (fate === "half-closed") {
    socket.end();
  }
  return isBroken;
}

function openConversation(port: number): Conversation {
  const socket = connect({ port, host: "127.0.0.1", allowHalfOpen: true, noDelay: true });
  const reader = new AnswerReader();
  let isEnded = false;
  /** How what came last begins. */
  let latest: string | undefined;
  let wake = () => {};
  const onOver = () => {
    isEnded = true;
    wake();
  };
  socket.on("data", (bytes: Buffer) => {
    latest = bytes.toString("latin1", 0, CONTINUE.length);
    reader.push(bytes);
    wake();
  });
  socket.on("end", onOver).on("close", onOver).on("error", onOver);
  const untilMore = () =>
    new Promise<void>((resolve) => {
      wake = resolve;
    });
  return {
    socket,
    async next() {
      for (;;) {
        const answer = reader.next("PUT");
        if (answer !== undefined || isEnded) {
          return answer;
        }
        await untilMore();
      }
    },
    async isAsked() {
      for (latest = undefined; latest === undefined && !isEnded; ) {
        await untilMore();
      }
      return latest === CONTINUE;
    },
  };
}

const CONTINUE = "HTTP/1.1 100";
