import { deepEqual, equal, notEqual, rejects } from "node:assert/strict";
import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { after, before, describe, it } from "node:test";
import { FileJournals } from "../../../src/client/node/file-journals.ts";
import { lockFile } from "../../../src/client/node/file-lock.ts";
import { type ProcessTable, systemProcesses } from "../../../src/client/node/process-identity.ts";

let folder: string;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "partwise-lock-"));
});

after(async () => {
  await rm(folder, { recursive: true });
});

const PROGRAM = join(import.meta.dirname, "journal-process.ts");

interface TestProcess extends AsyncDisposable {
  readonly child: ChildProcessWithoutNullStreams;
  nextLine(): Promise<string>;
}

function startProcess(command: string, args: readonly string[]): TestProcess {
  const child = spawn(command, args);
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const hasEnded = once(child, "exit");
  return {
    child,
    nextLine: async () => (await lines.next()).value ?? "",
    async [Symbol.asyncDispose]() {
      child.kill("SIGKILL");
      await hasEnded;
    },
  };
}

/** Of a program whose name has no space. */
async function linuxProcess(pid: number): Promise<{ readonly state: string; readonly start: string }> {
  const fields = (await readFile(`/proc/${pid}/stat`, "utf8")).split(" ");
  const boot = await readFile("/proc/sys/kernel/random/boot_id", "utf8");
  return { state: fields[2] ?? "", start: `${boot.trim()} ${fields[21]}` };
}

async function startOpener(journals: string): Promise<TestProcess> {
  const opener = startProcess(process.execPath, [PROGRAM, journals, "key"]);
  equal(await opener.nextLine(), "ready");
  return opener;
}

async function tellToOpen(opener: TestProcess): Promise<string> {
  opener.child.stdin.write("open\n");
  return opener.nextLine();
}

function gate(): { readonly isOpen: Promise<void>; readonly open: () => void } {
  let open = () => {};
  const isOpen = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { isOpen, open };
}

const thing = { code: "upload-locked", what: "the object is being sent" } as const;

describe("lockFile()", () => {
  it("lets one of several processes take over what a killed one has left", async () => {
    const journals = join(folder, "killed");
    await using killed = await startOpener(journals);
    equal(await tellToOpen(killed), "open");
    const target = { endpoint: "http://oss.example", bucket: "bucket", key: "key" };
    await rejects(new FileJournals({ folder: journals }).open(target), {
      code: "upload-locked",
      message: new RegExp(`process ${killed.child.pid};`),
    });
    const [first, second] = await Promise.all([startOpener(journals), startOpener(journals)]);
    await using _first = first;
    await using _second = second;
    await killed[Symbol.asyncDispose]();

    const outcomes = await Promise.all([first, second].map(tellToOpen));

    deepEqual(outcomes.sort(), ["open", "upload-locked"]);
    equal((await readdir(journals)).length, 1);
  });

  it("takes over from a process whose number another one has now", async () => {
    const path = join(folder, "again.lock");
    const { pid, place } = await systemProcesses.self();
    await writeFile(path, JSON.stringify({ pid, start: "another boot 1", place, id: randomUUID() }));

    const lock = await lockFile(path, thing, systemProcesses);

    await rejects(lockFile(path, thing, systemProcesses), { code: "upload-locked" });
    await lock.release();
  });

  it("is not taken by who has looked at a dead owner while another took over from it", async () => {
    const path = join(folder, "late.lock");
    const asked = gate();
    const taken = gate();
    const table = (pid: number, beforeAnswer?: () => Promise<void>): ProcessTable => ({
      self: async () => ({ pid, place: "here" }),
      async stateOf(owner) {
        await beforeAnswer?.();
        return owner.pid === 1 ? "dead" : "running";
      },
    });
    await lockFile(path, thing, table(1));
    const latecomer = table(2, () => {
      asked.open();
      return taken.isOpen;
    });
    const late = rejects(lockFile(path, thing, latecomer), { code: "upload-locked" });
    await asked.isOpen;

    const lock = await lockFile(path, thing, table(3));
    taken.open();

    await late;
    await lock.release();
    deepEqual(
      (await readdir(folder)).filter((name) => name.startsWith("late")),
      [],
    );
  });

  it("has one holder at a time, whoever crashes or gives it back, and leaves no file", async () => {
    const path = join(folder, "many.lock");
    const dead = new Set<number>();
    let holder: number | undefined;
    let heldCount = 0;
    const contend = async (pid: number) => {
      const processes: ProcessTable = {
        self: async () => ({ pid, place: "here" }),
        stateOf: async (owner) => (dead.has(owner.pid) ? "dead" : "running"),
      };
      const lock = await lockFile(path, thing, processes).catch((error) => {
        equal(error.code, "upload-locked");
      });
      if (lock === undefined) {
        return;
      }
      equal(holder, undefined);
      holder = pid;
      heldCount += 1;
      await readdir(folder);
      equal(holder, pid);
      holder = undefined;
      // Every third gives it back; the others die with it.
      await (pid % 3 === 0 ? lock.release() : dead.add(pid));
    };
    const CONTENDER_COUNT = 240;
    const rows = Array.from({ length: 8 }, async (_, row) => {
      for (let pid = row + 1; pid <= CONTENDER_COUNT; pid += 8) {
        await contend(pid);
      }
    });

    await Promise.all(rows);

    // A multiple of three, which gives it back.
    await contend(CONTENDER_COUNT + 3);
    notEqual(heldCount, 0);
    deepEqual(
      (await readdir(folder)).filter((name) => name.startsWith("many")),
      [],
    );
  });
});

describe("systemProcesses", () => {
  it("knows a running process, and that another start or number is not it", async () => {
    const self = await systemProcesses.self();

    equal(await systemProcesses.stateOf(self), "running");
    equal(await systemProcesses.stateOf({ ...self, start: undefined }), "running");
    equal(await systemProcesses.stateOf({ ...self, start: "earlier" }), "dead");
    equal(await systemProcesses.stateOf({ ...self, place: "elsewhere" }), "elsewhere");
  });

  it("knows that a process has ended for which nobody has waited", {
    skip: process.platform === "linux" ? false : "only Linux shows such processes in /proc",
  }, async () => {
    // The parent becomes another program, which never waits for its child.
    await using parent = startProcess("sh", ["-c", "sleep 60 & echo $!; exec cat"]);
    const pid = Number(await parent.nextLine());
    const { start } = await linuxProcess(pid);
    const owner = { ...(await systemProcesses.self()), pid, start };
    equal(await systemProcesses.stateOf(owner), "running");

    process.kill(pid, "SIGKILL");
    while ((await linuxProcess(pid)).state !== "Z") {
      await new Promise((resolve) => setImmediate(resolve));
    }

    equal(await systemProcesses.stateOf(owner), "dead");
  });
});
