// A failing schedule without the faults that it fails without.
import { runSchedule } from "./run-schedule.ts";
import type { UploadSchedule } from "./upload-schedule.ts";

export async function shrinkSchedule(schedule: UploadSchedule): Promise<UploadSchedule> {
  let smallest = schedule;
  for (let index = 0; index < smallest.faults.length; ) {
    const smaller = { ...smallest, faults: smallest.faults.toSpliced(index, 1) };
    if ((await runSchedule(smaller)).broken === undefined) {
      index += 1;
    } else {
      smallest = smaller;
    }
  }
  return smallest;
}
