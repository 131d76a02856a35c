import { describe, expect, it } from "vitest";
import { refuseForeignPages } from "../../src/serve/http/origins.js";
import { Problem } from "../../src/serve/http/problems.js";

/** The status for a request: 403 if it is refused, otherwise 200. */
function statusOf(headers: { readonly host?: string; readonly origin?: string }, isOpen: boolean): number {
  try {
    refuseForeignPages({ headers } as never, isOpen);
    return 200;
  } catch (error) {
    expect(error).toBeInstanceOf(Problem);
    expect((error as Problem).code).toBe("TIDECAST_FORBIDDEN_ORIGIN");
    return (error as Problem).status;
  }
}

describe("the header Origin", () => {
  it.each([
    ["127.0.0.1:8080", "http://127.0.0.1:8080"],
    ["localhost:8080", "http://LOCALHOST:8080"],
    ["[::1]:8080", "http://[::1]:8080"],
    ["example.com", "https://example.com"],
    ["Example.com:443", "https://example.com"],
    ["example.com:80", "http://example.com"],
  ])("may have the host of the server: %s, %s", (host, origin) => {
    expect(statusOf({ host, origin }, false)).toBe(200);
  });

  it.each([
    ["127.0.0.1:8080", "http://evil.example"],
    ["127.0.0.1:8080", "http://127.0.0.1:3000"],
    ["127.0.0.1:8080", "http://localhost:8080"],
    ["127.0.0.1:8080", "null"],
    ["127.0.0.1:8080", ""],
    ["127.0.0.1:8080", "file://"],
    ["evil.example@127.0.0.1:8080", "http://127.0.0.1:8080"],
    ["", "http://127.0.0.1:8080"],
    [undefined, "http://127.0.0.1:8080"],
  ])("is refused if it has another one: %s, %s", (host, origin) => {
    for (const isOpen of [true, false])
      expect(statusOf({ ...(host !== undefined && { host }), origin }, isOpen)).toBe(403);
  });
});

describe("the header Host", () => {
  it.each(["127.0.0.1:8080", "127.0.0.1", "10.0.0.7:1", "[::1]:8080", "[::1]", "localhost", "Localhost:8080"])(
    "may be an address without authentication: %s",
    (host) => {
      expect(statusOf({ host }, true)).toBe(200);
    },
  );

  it.each([
    "evil.example:8080",
    "evil.example",
    "localhost.evil.example",
    "127.0.0.1.evil.example:8080",
    "::1",
    "[evil]",
    "a@127.0.0.1",
    "",
  ])("may be no other name: %s", (host) => {
    expect(statusOf({ host }, true)).toBe(403);
    expect(statusOf({ host }, false)).toBe(200);
  });

  it("may be missing, as in HTTP/1.0", () => {
    expect(statusOf({}, true)).toBe(200);
  });
});
