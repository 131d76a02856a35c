import type { ServerProgram } from "./server.ts";

/** Servers with their defaults, but only on loopback. Redis does not write its data to disk, because nothing here is stored. */
export const programs = {
  nats: {
    command: "nats-server",
    args: (port) => ["-a", "127.0.0.1", "-p", `${port}`],
    ready: "Server is ready",
  },
  redis: {
    command: "redis-server",
    args: (port) => ["--bind", "127.0.0.1", "--port", `${port}`, "--save", "", "--appendonly", "no"],
    ready: "Ready to accept connections",
  },
} as const satisfies Record<string, ServerProgram>;

export type ServerName = keyof typeof programs;
