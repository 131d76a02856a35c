import { ensure, limitOf, type Scene } from "./scene.js";

/** Bytes of a level of nesting, at most. */
const LEVEL = 24;

/** Bodies that careless writing, cutting or reading of text would change. */
const awkward = (longest: number): Readonly<Record<string, object>> => ({
  "an empty body": {},
  "empty parts": { text: "", list: [], object: {}, nothing: null },
  "text of many scripts": { text: "ünïcödé 汉字 🜁 👩‍👩‍👧 \u{10FFFF} \u202Eabc", "kéy 🔑": 1 },
  "half of a character": { text: "\ud83d", other: "\udc00x" },
  "line breaks and controls": { text: 'a\nb\r\nc\u2028d\u2029e\u0000f\u001b"\\/', "\n": "\n" },
  "a long text": { text: "ä\n".repeat(Math.min(50_000, Math.floor(longest / 4))) },
  "deep nesting": Array.from({ length: Math.min(100, Math.floor(longest / LEVEL)) }).reduce<object>(
    (inner, _, depth) => ({ inner, list: [depth] }),
    {},
  ),
  "large and small numbers": {
    numbers: [2 ** 53 - 1, -(2 ** 53), 1.7976931348623157e308, 5e-324, 0.1, 1e21, -1.5e-7],
  },
  "keys of the language": JSON.parse('{"__proto__":{"a":1},"constructor":1,"toString":null,"length":0}'),
  "keys that look like numbers": { 10: "ten", 9: "nine", "-1": "minus", "01": "padded" },
});

/** Bytes of a body of the suite besides its content. */
const TAG = 100;

/** Promises about the content of bodies. */
export const bodyChecks = {
  "carries bodies unchanged: any text, number, depth and key": async (scene: Scene) => {
    const [a, b] = [await scene.open("a"), await scene.open("b")];
    for (const [name, content] of Object.entries(awkward(limitOf(a) - TAG))) {
      const body = scene.body({ content });
      await scene.deliver(a, b, body, `a body with ${name} must arrive`);
      const [sent, received] = [body, scene.arrived(b, body)?.body].map((it) => JSON.stringify(it));
      ensure(sent === received, `a body with ${name} must arrive as it was, and arrived as ${received?.slice(0, 200)}`);
    }
  },

  "sends a body as it was when send was called": async (scene: Scene) => {
    const [a, b] = [await scene.open("a"), await scene.open("b")];
    await scene.exchange(a, b, "at first");
    const body = scene.body({ values: [1, 2] });
    await scene.until(
      "a message from a to b must arrive",
      () => scene.has(b, body),
      () => {
        const passing = { ...body, values: [1, 2] };
        scene.send(a, "b", passing);
        passing.values.push(3);
      },
    );
    const received = JSON.stringify(scene.arrived(b, body)?.body);
    ensure(
      received === JSON.stringify(body),
      `a change of the body after send must not be visible, but it arrived as ${received}`,
    );
  },
};
