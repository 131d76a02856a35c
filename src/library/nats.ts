/** Over NATS: `import { natsTransport } from "tidecast/nats"`. Needs the package `@nats-io/transport-node` beside this one. */
export { type NatsTransport, type NatsTransportOptions, natsTransport } from "../adapters/nats/nats-transport.js";
