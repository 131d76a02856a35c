/** The server, in a bundle of its own: nothing else loads the framework. `tidecast serve` imports it when it is needed. */
export { runServe } from "../serve/run.js";
