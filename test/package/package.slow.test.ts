import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const project = new URL("../..", import.meta.url).pathname;
const folder = mkdtempSync(join(tmpdir(), "tidecast-package-"));
const application = join(folder, "application");
let tarball: string;

/** The user's installation: the tarball, unpacked where an application looks for it, without the packages of this project. */
beforeAll(() => {
  const before = readFileSync(join(project, "package.json"), "utf8");
  // As for publication: with the steps before and after, and another build.
  execFileSync("npm", ["pack", "--silent", "--pack-destination", folder], { cwd: project });
  expect(readFileSync(join(project, "package.json"), "utf8")).toBe(before);
  tarball = join(folder, readdirSync(folder).find((name) => name.endsWith(".tgz")) as string);
  const installed = join(application, "node_modules", "tidecast");
  mkdirSync(installed, { recursive: true });
  execFileSync("tar", ["-xzf", tarball, "-C", installed, "--strip-components=1"]);
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Runs a program of the application; returns its output on both streams. */
function run(name: string, program: string): string {
  writeFileSync(join(application, name), program);
  const { stdout, stderr } = spawnSync(process.execPath, [name], { cwd: application, encoding: "utf8" });
  return stdout + stderr;
}

const example = `
  const clock = new FakeClock();
  const network = new MemoryNetwork(clock, () => 10);
  const nodes = [];
  for (const id of ["a", "b"])
    nodes.push(await createNode({ id, members: ["a", "b"], transport: network.attach(id), clock, codec: richCodec }));
  await nodes[0].broadcast(new Map([["when", new Date(0)]]));
  clock.advance(5000);
  console.log(nodes[1].values()[0].get("when").toISOString(), typeof tcpTransport);
`;

describe("the published package", () => {
  it("installs only itself", () => {
    const installed = join(application, "node_modules", "tidecast", "package.json");
    expect(JSON.parse(readFileSync(installed, "utf8"))).not.toHaveProperty("dependencies");
  });

  it("brings the notices of all packages that are built into it", () => {
    const dist = join(application, "node_modules", "tidecast", "dist");
    const notices = readFileSync(join(dist, "THIRD-PARTY-NOTICES.txt"), "utf8");
    // The bundler names the files in comments, where it does not minify.
    const built = new Set<string>();
    for (const name of readdirSync(dist).filter((each) => /[.]c?js$/.test(each)))
      for (const [, packageName] of readFileSync(join(dist, name), "utf8").matchAll(
        /^\s*(?:\/\/ |")node_modules\/((?:@[^/\s]+\/)?[^/\s]+)\//gm,
      ))
        built.add(packageName as string);
    expect([...built]).toEqual(expect.arrayContaining(["fastify", "commander", "valibot", "yaml"]));
    for (const name of [...built, "d3-shape"]) expect(notices).toMatch(new RegExp(`^${name} \\d\\S* \\(.+\\)$`, "m"));
    expect(notices.match(/Permission is hereby granted/g)?.length).toBeGreaterThan(20);
  });

  it("has no scripts, because npm warns about scripts that run at installation", () => {
    const installed = join(application, "node_modules", "tidecast", "package.json");
    const published = JSON.parse(readFileSync(installed, "utf8"));
    expect(published).not.toHaveProperty("scripts");
    const { prepack, postpack } = JSON.parse(readFileSync(join(project, "package.json"), "utf8")).scripts;
    expect([prepack, postpack]).toEqual(["publish", "restore"].map((task) => `node scripts/package-json.js ${task}`));
  });

  it("installs without a warning, with its command", () => {
    const place = join(folder, "installation");
    mkdirSync(place);
    writeFileSync(join(place, "package.json"), "{}");
    const options = ["install", "--no-audit", "--no-fund", "--offline", "--loglevel", "warn"];
    const { stdout, stderr, status } = spawnSync("npm", [...options, tarball], { cwd: place, encoding: "utf8" });
    expect([status, stderr]).toEqual([0, ""]);
    expect(stdout).toMatch(/^\s*added 1 package in \S+\s*$/);
    const command = join(place, "node_modules", ".bin", "tidecast");
    expect(spawnSync(command, ["--version"], { encoding: "utf8" }).status).toBe(0);
  });

  const subpaths = ["tidecast", "tidecast/tcp", "tidecast/testing"];

  it.each(subpaths)("leaves the global Reflect alone: %s", (subpath) => {
    const program = (load: string) => `
      const before = Reflect.ownKeys(Reflect).map(String).join();
      ${load}
      console.log(Reflect.ownKeys(Reflect).map(String).join() === before);`;
    expect(run("reflect.mjs", program(`await import("${subpath}");`))).toBe("true\n");
    expect(run("reflect.cjs", program(`require("${subpath}");`))).toBe("true\n");
  });

  it.each(["mjs", "cjs"])("works where built-in objects are frozen (.%s)", (ending) => {
    const load = (name: string) => (ending === "mjs" ? `await import("${name}")` : `require("${name}")`);
    writeFileSync(
      join(application, `frozen.${ending}`),
      `${ending === "cjs" ? "(async () => {" : ""}
      const { createNode, richCodec } = ${load("tidecast")};
      const { tcpTransport } = ${load("tidecast/tcp")};
      const { FakeClock, MemoryNetwork } = ${load("tidecast/testing")};
      ${example}
      ${ending === "cjs" ? "})();" : ""}`,
    );
    const options = ["--frozen-intrinsics", "--no-warnings", `frozen.${ending}`];
    const { stdout, stderr } = spawnSync(process.execPath, options, { cwd: application, encoding: "utf8" });
    expect(stdout + stderr).toBe("1970-01-01T00:00:00.000Z function\n");
  });

  it("has types for its subpaths if TypeScript resolves without `exports`", () => {
    const types = join(application, "node_modules", "@types");
    mkdirSync(types, { recursive: true });
    rmSync(join(types, "node"), { force: true });
    symlinkSync(join(project, "node_modules", "@types", "node"), join(types, "node"));
    writeFileSync(
      join(application, "old.ts"),
      `import { createNode } from "tidecast";
      import { tcpTransport, InvalidOptions } from "tidecast/tcp";
      import { FakeClock } from "tidecast/testing";
      export const all: [typeof createNode, typeof tcpTransport, string] = [createNode, tcpTransport, new InvalidOptions("").code];
      // @ts-expect-error: so it has types
      export const wrong: number = new FakeClock().now;`,
    );
    const options = [
      "--noEmit",
      "--strict",
      "--target",
      "es2022",
      "--module",
      "commonjs",
      "--moduleResolution",
      "node",
    ];
    const tsc = join(project, "node_modules", "typescript", "bin", "tsc");
    const { stdout } = spawnSync(process.execPath, [tsc, ...options, "old.ts"], { cwd: application, encoding: "utf8" });
    expect(stdout).toBe("");
  });

  it("works as ES modules, without any other package", () => {
    const printed = run(
      "application.mjs",
      `import { createNode, richCodec } from "tidecast";
      import { tcpTransport } from "tidecast/tcp";
      import { FakeClock, MemoryNetwork } from "tidecast/testing";
      ${example}`,
    );
    expect(printed).toBe("1970-01-01T00:00:00.000Z function\n");
  });

  it("works as CommonJS, without any other package", () => {
    const printed = run(
      "application.cjs",
      `const { createNode, richCodec } = require("tidecast");
      const { tcpTransport } = require("tidecast/tcp");
      const { FakeClock, MemoryNetwork } = require("tidecast/testing");
      (async () => { ${example} })();`,
    );
    expect(printed).toBe("1970-01-01T00:00:00.000Z function\n");
  });

  it("loads the broker's library only for its subpath", () => {
    // A stand-in that tells.
    const broker = join(application, "node_modules", "@nats-io", "transport-node");
    mkdirSync(broker, { recursive: true });
    writeFileSync(join(broker, "package.json"), '{ "name": "@nats-io/transport-node", "main": "index.js" }');
    writeFileSync(join(broker, "index.js"), 'exports.connect = () => {}; console.log("the broker is loaded");');
    const others = ["tidecast", "tidecast/tcp", "tidecast/testing"];
    expect(run("nats.mjs", others.map((name) => `import "${name}";`).join("\n"))).toBe("");
    expect(run("nats.cjs", others.map((name) => `require("${name}");`).join("\n"))).toBe("");
    const reflect = "const keys = () => Reflect.ownKeys(Reflect).length; const before = keys();";
    expect(run("nats.mjs", `${reflect} await import("tidecast/nats"); console.log(keys() === before);`)).toBe(
      "the broker is loaded\ntrue\n",
    );
    expect(run("nats.mjs", 'import "tidecast/nats";')).toBe("the broker is loaded\n");
    expect(run("nats.cjs", 'require("tidecast/nats");')).toBe("the broker is loaded\n");
  });

  it.each(["mts", "cts"])("has types for a strict application in .%s", (ending) => {
    mkdirSync(join(application, "node_modules", "@types"), { recursive: true });
    const types = join(application, "node_modules", "@types", "node");
    rmSync(types, { force: true });
    symlinkSync(join(project, "node_modules", "@types", "node"), types);
    writeFileSync(
      join(application, `application.${ending}`),
      `import { createNode, type Delivery, type TidecastNode } from "tidecast";
      import { tcpTransport } from "tidecast/tcp";
      import { SeededRandom, transportChecks } from "tidecast/testing";
      export async function start(): Promise<TidecastNode<string>> {
        const transport = await tcpTransport({ id: "a", members: { a: "127.0.0.1:7001" } });
        const codec = { encode: (value: string) => value, decode: (json: unknown) => String(json) };
        const node = await createNode<string>({ id: "a", members: ["a"], transport, codec, random: new SeededRandom(1) });
        node.on("delivery", ({ value, number }: Delivery<string>) => console.log(value.length + number));
        node.on("missed", ({ count }) => console.log(count.toFixed()));
        // @ts-expect-error: values are texts here
        await node.broadcast(5);
        return node;
      }
      export const checks = transportChecks;`,
    );
    const options = ["--noEmit", "--strict", "--skipLibCheck", "false", "--target", "es2022", "--module", "node16"];
    const { stdout, status } = spawnSync(
      process.execPath,
      [join(project, "node_modules", "typescript", "bin", "tsc"), ...options, `application.${ending}`],
      { cwd: application, encoding: "utf8" },
    );
    expect(stdout).toBe("");
    expect(status).toBe(0);
  });

  it("satisfies publint and Are The Types Wrong", () => {
    const bin = (name: string) => join(project, "node_modules", ".bin", name);
    for (const [command, args] of [
      ["publint", [tarball, "--strict"]],
      // Versions of Node that know no subpaths know no other way either.
      ["attw", [tarball, "--profile", "node16"]],
    ] as const) {
      const { stdout, stderr, status } = spawnSync(bin(command), args, { cwd: project, encoding: "utf8" });
      expect({ status, said: status === 0 ? "" : stdout + stderr }).toEqual({ status: 0, said: "" });
    }
  });
});
