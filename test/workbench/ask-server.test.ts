import { expect, it } from "vitest";
import { askServer } from "../../src/workbench/commands/ask-server.js";
import { UsageError } from "../../src/workbench/commands/exit-codes.js";

const URL = "http://127.0.0.1:8080";

const ask = (status: number, text: string) =>
  askServer({ request: async () => ({ status, text }) }, URL, "/status", "members");

it("gets the answer of a server", async () => {
  expect(await ask(200, '{"members":[],"id":"a"}')).toEqual({ content: { members: [], id: "a" } });
});

it.each([
  [
    403,
    '{"code":"TIDECAST_FORBIDDEN_ORIGIN","detail":"call it by localhost"}',
    "it refuses the request: call it by localhost",
  ],
  [200, '{"values":[]}', `it is no server of Tidecast: it answers ${URL}/status with 200`],
  [404, "null", `it is no server of Tidecast: it answers ${URL}/status with 404`],
  [502, "<html>", "it is no server of Tidecast: its answer is not JSON"],
])("names the problem with an answer %i %s", async (status, text, problem) => {
  expect(await ask(status, text)).toEqual({ problem });
});

it("names the reason if there is no answer", async () => {
  const request = () => Promise.reject(new Error("connect ECONNREFUSED"));
  expect(await askServer({ request }, URL, "/status", "members")).toEqual({
    problem: "no answer: connect ECONNREFUSED",
  });
});

it("rejects with what the user has to give if the server needs a token", async () => {
  const asking = ask(401, '{"detail":"this server needs a token"}');
  await expect(asking).rejects.toThrow(UsageError);
  await expect(asking).rejects.toThrow(
    `${URL} refuses the request: this server needs a token. Set the variable TIDECAST_TOKEN`,
  );
});
