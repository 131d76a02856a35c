import { describe } from "vitest";
import { ready } from "./support/example-nodes.js";
import { challengeTests } from "./support/example-runs.js";

describe("the example nodes in .js", () => challengeTests("js"));

describe.skipIf(!ready("py"))("the example nodes in .py", () => challengeTests("py"));
