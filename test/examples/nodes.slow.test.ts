import { describe } from "vitest";
import { ready } from "./support/example-nodes.js";
import { challengeTests } from "./support/example-runs.js";

describe.skipIf(!ready("py"))("the example nodes in .py", () => challengeTests("py"));
