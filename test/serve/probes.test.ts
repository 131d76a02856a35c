import { expect, it } from "vitest";
import type { Health as NodeHealth } from "../../src/library/index.js";
import { stubApp } from "./support/stub-app.js";

type Problem = NodeHealth["problems"][number];

const DEGRADED: Problem = { code: "MEMBERS_SUSPECTED", message: "b is unreachable or silent" };

const healthWith = (isReady: boolean, ...problems: Problem[]): NodeHealth => ({
  ...{ isReady, hasCaughtUp: isReady, isIsolated: false, isDegraded: problems.length > 0, problems },
});

it.each<Problem>([
  { code: "CLOSED", message: "the node is closed" },
  { code: "JOURNAL_LOST", message: "its folder was deleted" },
  { code: "CATCHING_UP", message: "it has not compared its values yet" },
])("/readyz gives the reason of a node that is not ready: $code", async (problem) => {
  const { app } = await stubApp({ health: () => healthWith(false, problem, DEGRADED) });
  const answer = await app.inject("/readyz");
  expect([answer.statusCode, answer.json().detail]).toEqual([503, problem.message]);
});

it("/readyz says 503 once the server drains, and 200 while the node is degraded", async () => {
  const { app, state } = await stubApp({ health: () => healthWith(true, DEGRADED) });
  expect((await app.inject("/readyz")).statusCode).toBe(200);
  state.drain();
  expect((await app.inject("/readyz")).json()).toMatchObject({ status: 503, detail: "the server is shutting down" });
});

it("a server that drains takes values until it closes: a load balancer still sends requests", async () => {
  const { app, state, broadcaster } = await stubApp({});
  const post = () =>
    app.inject({ method: "POST", url: "/broadcast", headers: { "content-type": "application/json" }, payload: "1" });
  state.drain();
  expect((await post()).statusCode).toBe(200);
  broadcaster.close();
  expect((await post()).json()).toMatchObject({ status: 503, code: "TIDECAST_NODE_CLOSED" });
});

it.each(["/healthz", "/readyz", "/openapi.json", "/status", "/metrics", "/values", "/events"])(
  "%s refuses an unknown parameter",
  async (path) => {
    const { app } = await stubApp({});
    const answer = await app.inject(`${path}?verbose=1`);
    expect(answer.json()).toMatchObject({
      code: "TIDECAST_BAD_REQUEST",
      detail: "there is no parameter verbose here; /openapi.json lists them",
    });
  },
);
