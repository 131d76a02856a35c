import { execFileSync } from "node:child_process";
import { PacketSwitch } from "./packet-switch.js";

/** Path of a network namespace by its name, as `ip netns` keeps it. */
const pathOf = (name: string) => `/run/netns/${name}`;

/** A host of the network: a network namespace of its own. */
export interface NetworkHost {
  /** Its number, from 1 on. */
  readonly number: number;
  /** Its address for the other hosts, behind the switch. */
  readonly address: string;
  /** Its address for the process that made the network: a direct line, on which nothing is delayed or lost. */
  readonly clientAddress: string;
  /** Command and arguments that run what follows them on this host; it is killed with the process that made the network. */
  readonly enter: readonly string[];
}

/** Hosts that reach each other through a switch that can delay, lose and cut. Begin in `unshare -rmn`. */
export class HostNetwork {
  private constructor(
    readonly hosts: readonly NetworkHost[],
    readonly links: PacketSwitch,
  ) {}

  /** Makes `count` hosts. @param seed of the packets that are lost */
  static async make(count: number, seed: number): Promise<HostNetwork> {
    // `ip netns` keeps its names in /run, where only root of the whole machine may write; this one is our own.
    execFileSync("mount", ["-t", "tmpfs", "tmpfs", "/run"]);
    const numbers = Array.from({ length: count }, (_, index) => index + 1);
    for (const number of numbers) {
      ip(`netns add h${number}`);
      ip(`link add port${number} type veth peer name net${number}`);
      ip(`link set port${number} up`);
    }
    const links = await PacketSwitch.start(
      numbers.map((number) => `port${number}=net${number}`),
      seed,
    );
    const hosts = numbers.map(connect);
    return new HostNetwork(hosts, links);
  }
}

/** Gives a host its two interfaces: to the switch, and to us. */
function connect(number: number): NetworkHost {
  const [name, address, clientAddress] = [`h${number}`, `10.77.0.${number}`, `10.78.${number}.2`];
  ip(`link set net${number} netns ${name}`);
  ip(`-n ${name} link set net${number} address 02:00:00:00:00:0${number} up`);
  ip(`-n ${name} address add ${address}/24 dev net${number}`);
  ip(`link add line${number} type veth peer name client netns ${name}`);
  ip(`address add 10.78.${number}.1/24 dev line${number}`);
  ip(`link set line${number} up`);
  ip(`-n ${name} address add ${clientAddress}/24 dev client`);
  ip(`-n ${name} link set client up`);
  ip(`-n ${name} link set lo up`);
  const enter = ["nsenter", `--net=${pathOf(name)}`, "setpriv", "--pdeathsig", "KILL"];
  return { number, address, clientAddress, enter };
}

function ip(command: string): void {
  execFileSync("ip", command.split(" "));
}
