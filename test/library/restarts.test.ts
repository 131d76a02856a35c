import { restartTests } from "./support/restarts.js";

restartTests(50);
