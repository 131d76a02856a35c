import { expect, it } from "vitest";
import { certificateExpiring } from "../../../src/adapters/tcp/log-events.js";

const date = "2026-01-16T00:00:00.000Z";

it.each([
  [2, `expires on ${date}, in 2 days;`, " before then, or"],
  [1, `expires on ${date}, in 1 day;`, " before then, or"],
  [0, `expires on ${date}, within a day;`, " before then, or"],
  [-1, `expired on ${date};`, ":"],
])(
  "a warning with %i days left says when the certificate expires, what to do, and what happens otherwise",
  (days, when, before) => {
    const about = { expires: Date.parse(date), days };
    const [own, ofAuthority] = (["tls.cert", "tls.ca"] as const).map((setting) =>
      certificateExpiring({ ...about, setting }),
    );
    expect(own).toMatchObject({
      level: "warn",
      text: `this node's certificate (tls.cert) ${when} replace it${before} other members refuse this node's new connections`,
    });
    expect(ofAuthority?.text).toBe(
      `the authority of this node's certificate (tls.ca) ${when} let all members trust a new one, and give them new certificates${before} members refuse each other's new connections`,
    );
  },
);
