/**
 * Tools for tests: `import { FakeClock, MemoryNetwork, SeededRandom, transportChecks } from "tidecast/testing"`.
 * @module tidecast/testing
 */
export { FakeClock } from "../adapters/fake-clock/fake-clock.js";
export { type Crash, type MemoryJournalOptions, MemoryJournals } from "../adapters/memory-journal/memory-journals.js";
export { MemoryAnnouncements } from "../adapters/memory-network/memory-announcements.js";
export { type Flight, MemoryNetwork } from "../adapters/memory-network/memory-network.js";
export { SeededRandom } from "../adapters/seeded-random/seeded-random.js";
export {
  ComplianceFailure,
  type QueuePromise,
  type TransportCheck,
  type TransportHarness,
  transportChecks,
} from "../testing/transport-compliance.js";
