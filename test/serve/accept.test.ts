import { expect, it } from "vitest";
import { prefersOpenMetrics } from "../../src/serve/http/accept.js";

/** The header of Prometheus 3, and of Prometheus 2 with its default settings. */
const PROMETHEUS_3 =
  "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,application/openmetrics-text;version=0.0.1;q=0.5,text/plain;version=1.0.0;escaping=allow-utf-8;q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=0.2";
const PROMETHEUS_2 =
  "application/openmetrics-text;version=1.0.0;q=0.5,application/openmetrics-text;version=0.0.1;q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=0.2";

it.each([
  [undefined, false],
  ["*/*", false],
  ["text/plain", false],
  ["application/openmetrics-text", true],
  ['Application/OpenMetrics-Text; version="1.0.0"; charset=utf-8', true],
  ["application/openmetrics-text;version=0.0.1", false],
  ["application/openmetrics-text;q=0", false],
  ["application/openmetrics-text;q=0.3, text/plain;q=0.5", false],
  ["text/plain, application/openmetrics-text", true],
  ["application/openmetrics-text;q=nonsense", false],
  [PROMETHEUS_3, true],
  [PROMETHEUS_2, true],
])("the header Accept: %s asks for OpenMetrics: %s", (accept, isPreferred) => {
  expect(prefersOpenMetrics(accept)).toBe(isPreferred);
});
