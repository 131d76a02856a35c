import { describe, expect, it } from "vitest";
import { SeededRandom } from "../../../src/adapters/seeded-random/seeded-random.js";
import { SystemClock } from "../../../src/adapters/system-clock/system-clock.js";
import type { TlsCredentials } from "../../../src/adapters/tcp/certificates.js";
import { openTcpTransport } from "../../../src/adapters/tcp/open.js";
import type { TcpTransport } from "../../../src/adapters/tcp/tcp-transport.js";
import { RecordingLog } from "../../application/recording-ports.js";
import { createAuthority, issue } from "../../support/certificates.js";
import { freePorts } from "../../support/free-ports.js";
import { until } from "./support.js";

const IDS = ["n0", "n1", "n2", "n3"];
const TURNS = 300;
const LIMITS = { shortestPause: 5, longestPause: 50, closeTimeout: 500 };

type Credentials = Readonly<Record<string, TlsCredentials>>;

/** Members that send to one another while they are closed, killed and opened again, as chance will have it. */
class Chaos {
  readonly log = new RecordingLog();
  private readonly open = new Map<string, TcpTransport>();
  private readonly received = new Map<string, Set<string>>();

  private constructor(
    private readonly random: SeededRandom,
    private readonly members: Readonly<Record<string, string>>,
    private readonly credentials: Credentials | undefined,
  ) {}

  static async start(seed: number, credentials?: Credentials): Promise<Chaos> {
    const ports = await freePorts(IDS.length);
    const members = Object.fromEntries(IDS.map((id, index) => [id, `127.0.0.1:${ports[index]}`]));
    const chaos = new Chaos(new SeededRandom(seed), members, credentials);
    for (const id of IDS) await chaos.begin(id);
    return chaos;
  }

  async run(): Promise<void> {
    for (let turn = 0; turn < TURNS; turn++) {
      const [id, chance] = [this.pick(IDS), this.random.next()];
      const transport = this.open.get(id);
      if (transport === undefined) await this.begin(id);
      else if (chance < 0.04) {
        this.open.delete(id);
        await (chance < 0.02 ? transport.destroy() : transport.close());
      } else this.sendSome({ turn });
      if (chance > 0.5) await new Promise((resolve) => setTimeout(resolve, 5 * chance));
    }
    for (const id of IDS) if (!this.open.has(id)) await this.begin(id);
  }

  /** Everyone sends to everyone, again where it did not arrive, until it has. */
  async reachEveryone(): Promise<void> {
    let sendAgainAt = 0;
    await until(() => {
      const missing = this.pairs().filter(([from, to]) => this.received.get(to)?.has(from) === false);
      if (performance.now() < sendAgainAt) return missing.length === 0;
      sendAgainAt = performance.now() + 500;
      for (const [from, to] of missing) this.open.get(from)?.send(to, { calm: true });
      return missing.length === 0;
    }, "everyone to reach everyone");
  }

  /** The pairs of which one end believes that they are connected, and the other does not. */
  disagreements(): string[] {
    const isConnected = (from: string, to: string) =>
      this.open
        .get(from)
        ?.state()
        .find(({ member }) => member === to)?.connected;
    return this.pairs()
      .filter(([from, to]) => isConnected(from, to) !== isConnected(to, from))
      .map((pair) => pair.join(" "));
  }

  async end(): Promise<void> {
    await Promise.all([...this.open.values()].map((transport) => transport.close()));
  }

  private async begin(id: string): Promise<void> {
    const tls = this.credentials && { tls: this.credentials[id] as TlsCredentials };
    const ports = { clock: new SystemClock(), random: this.random.fork(), log: this.log };
    const transport = await openTcpTransport({ id, members: this.members, limits: LIMITS, ...tls }, ports);
    const heard = new Set<string>();
    transport.onMessage((from, body) => {
      if (JSON.stringify(body) === '{"calm":true}') heard.add(from);
    });
    this.received.set(id, heard);
    this.open.set(id, transport);
  }

  private sendSome(body: object): void {
    for (const [from, transport] of this.open)
      if (this.random.next() < 0.5) transport.send(this.pick(IDS.filter((to) => to !== from)), body);
  }

  private pairs(): (readonly [from: string, to: string])[] {
    return IDS.flatMap((from) => IDS.filter((to) => to !== from).map((to) => [from, to] as const));
  }

  private pick(list: readonly string[]): string {
    return list[Math.floor(this.random.next() * list.length)] as string;
  }
}

describe("members that are closed, killed and reopened while they all send", () => {
  it.each([
    ["in plain text", 1, undefined],
    ["in plain text", 2, undefined],
    ["with TLS", 1, credentials],
    ["with TLS", 2, credentials],
  ])(
    "reach each other in the end, over one connection per pair, and leave nothing open: %s, seed %i",
    async (_, seed, tls) => {
      const before = process.getActiveResourcesInfo().length;
      const chaos = await Chaos.start(seed, await tls?.());
      await chaos.run();
      await chaos.reachEveryone();
      await until(() => chaos.disagreements().length === 0, "both ends of each pair to agree");
      await chaos.end();
      await until(() => process.getActiveResourcesInfo().length <= before + 2, "nothing to be left open");
      expect(chaos.log.lines.filter((line) => /^(dropped|refused)/.test(line))).toEqual([]);
    },
  );
});

async function credentials(): Promise<Credentials> {
  const authority = await createAuthority();
  return Object.fromEntries(await Promise.all(IDS.map(async (id) => [id, await issue(authority, id)] as const)));
}
