/** For tests: `import { transportChecks } from "tidecast/testing"`. */
export {
  ComplianceFailure,
  type QueuePromise,
  type TransportCheck,
  type TransportHarness,
  transportChecks,
} from "../testing/transport-compliance.js";
