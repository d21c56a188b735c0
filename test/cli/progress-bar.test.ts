import { equal, ok } from "node:assert/strict";
import { describe, it } from "node:test";
import { type ProgressFigures, renderProgress } from "../../src/cli/progress-bar.ts";
import { textWidth } from "../../src/cli/text-width.ts";

const MEBIBYTE = 1024 ** 2;
const figures: ProgressFigures = {
  label: "big.bin",
  bytesSent: 3000 * MEBIBYTE,
  totalBytes: 5000 * MEBIBYTE,
  parts: { partsDone: 373, partsInFlight: 4, partCount: 625 },
  elapsedMs: 10_000,
};

describe("renderProgress()", () => {
  it("shows bytes, percent, rate, time left and parts, with a bar", () => {
    equal(
      renderProgress(figures, 200),
      "big.bin ██████████████░░░░░░░░░░  60 % 2.93 GiB of 4.88 GiB, 315 MB/s, 6.7 s left, parts 373 done, 4 in flight, 625 in all",
    );
  });

  it("keeps all of them on a terminal of 80 columns", () => {
    equal(
      renderProgress(figures, 80),
      "big.bin ███░░  60 % 2.93 GiB of 4.88 GiB, 315 MB/s, 6.7 s left, parts 373+4/625",
    );
  });

  it("never reaches the terminal's last column, whatever the file's name", () => {
    const labels = ["a", "x".repeat(250), "视频文件".repeat(50), "👩‍💻🎬".repeat(20)];

    for (const label of labels) {
      for (const columns of [20, 40, 80, 200]) {
        const line = renderProgress({ ...figures, label }, columns);

        ok(textWidth(line) < columns, `${textWidth(line)} of ${columns}: ${line}`);
        ok(columns < 40 || line.includes("60 %"), line);
      }
    }
  });

  it("lets no control character of a file's name through to the terminal", () => {
    equal(renderProgress({ ...figures, label: "a\u001B[2J\nb" }, 200).slice(0, 8), "a?[2J?b ");
  });

  it("says nothing of parts where there are none", () => {
    const { parts, ...download } = figures;

    ok(parts && !renderProgress(download, 200).includes("parts"));
  });
});

describe("textWidth()", () => {
  it("counts two columns for a Chinese character and none for a combining mark", () => {
    equal(textWidth("a中e\u0301"), 4);
  });
});
