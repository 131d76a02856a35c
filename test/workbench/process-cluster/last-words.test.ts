import { describe, expect, it } from "vitest";
import { LastWords } from "../../../src/workbench/process-cluster/last-words.js";

function wordsAfter(text: string): LastWords {
  const words = new LastWords();
  for (const line of text.split("\n")) words.hear(line);
  return words;
}

const frames = (many: number, frame: string) => Array.from({ length: many }, (_, index) => `${frame} ${index}`);
const chatter = frames(300, "got a value").join("\n");

describe("the cause in a crash report is found, whatever output came before", () => {
  const go = ["panic: assignment to entry in nil map", "", "goroutine 1 [running]:", ...frames(500, "main.f")];
  const javaScript = [
    "/home/me/node.js:7",
    "  throw new TypeError('no such node')",
    "",
    "TypeError: no such node",
    ...frames(9, "    at f"),
    "",
    "Node.js v20.20.2",
  ];
  const python = [
    "Traceback (most recent call last):",
    ...frames(40, '  File "node.py", line'),
    "KeyError: 'message'",
    "",
    "During handling of the above exception, another exception occurred:",
    "",
    "Traceback (most recent call last):",
    '  File "node.py", line 9, in <module>',
    "ValueError: no such node",
  ];
  const rust = [
    "thread 'main' panicked at src/main.rs:3:5:",
    "index out of bounds",
    "note: run with `RUST_BACKTRACE=1`",
  ];
  const java = ['Exception in thread "main" java.lang.IllegalStateException: closed', ...frames(80, "\tat Node.run")];
  const ruby = ["node.rb:3:in `handle': undefined method `foo' for nil (NoMethodError)", "\tfrom node.rb:9:in `run'"];

  it.each([
    ["Go", go, go[0]],
    ["JavaScript", javaScript, "TypeError: no such node"],
    ["Python", python, "ValueError: no such node"],
    ["Rust", rust, "thread 'main' panicked at src/main.rs:3:5: index out of bounds"],
    ["Java", java, java[0]],
    ["Ruby", ruby, ruby[0]],
  ])("%s", (_, report, cause) => {
    const words = wordsAfter(`Error: tried again\n${chatter}\n${report.join("\n")}`);
    expect(words.cause()).toBe(cause);
    expect(words.lines().at(-1)).toBe(report.at(-1));
    expect(words.lines().length).toBeLessThanOrEqual(13);
  });

  it("with its first lines and its last ones, and the number of omitted ones", () => {
    expect(wordsAfter(`${chatter}\n${go.join("\n")}`).lines()).toEqual([
      ...go.slice(0, 6),
      `… ${go.length - 12} lines omitted …`,
      ...go.slice(-6),
    ]);
  });

  it("with every line once, if there are few", () => {
    expect(wordsAfter(`${chatter}\n${javaScript.join("\n")}`).lines()).toEqual(javaScript.slice(3));
    expect(wordsAfter(`${chatter}\n${rust.join("\n")}`).lines()).toEqual(rust);
  });
});

it("without a crash report the last lines are kept", () => {
  const words = wordsAfter(`${chatter}\n`);
  expect(words.lines()).toEqual([...frames(300, "got a value").slice(-5), ""]);
  expect(words.cause()).toBe("got a value 299");
  expect(new LastWords().cause()).toBeUndefined();
});
