import { describe, expect, it } from "vitest";
import {
  describeMemberScenario,
  drawMemberScenario,
  type MemberScenario,
} from "../../../src/workbench/simulation/members/member-scenario.js";
import { simulateMembers } from "../../../src/workbench/simulation/members/member-simulation.js";

const SEEDS = Number(process.env.SEEDS ?? 20);
const FROM = Number(process.env.FROM ?? 1);

describe("members that come and go", () => {
  it("agree on who is there, and have all values, whatever happens to them", async () => {
    for (let seed = FROM; seed < FROM + SEEDS; seed++) {
      const { problem, agreement } = await simulateMembers(drawMemberScenario(seed));
      if (process.env.SHOW_FIGURES !== undefined)
        console.log(seed, agreement, problem, problem && describeMemberScenario(drawMemberScenario(seed)));
      if (process.env.SHOW_FIGURES === undefined) expect(problem, `seed ${seed}`).toBeUndefined();
    }
  }, 600_000);

  it("are simulated in the same way every time", async () => {
    const scenario = drawMemberScenario(3);
    expect(await simulateMembers(scenario)).toEqual(await simulateMembers(drawMemberScenario(3)));
  });

  it("are found wanting if the sides of a partition stay apart", async () => {
    const join = { at: 0, what: "join" } as const;
    const apart: MemberScenario = {
      seed: 1,
      nodes: 2,
      latency: 10,
      loss: 0,
      clocks: [0, 0],
      events: [
        { ...join, node: 0, seeds: [0] },
        { ...join, node: 1, seeds: [1] },
      ],
      partings: [],
      values: [],
    };
    expect((await simulateMembers(apart)).problem).toBe("the members do not agree: n0 sees n0; n1 sees n1");
  });
});
