import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { parse, parseAllDocuments } from "yaml";
import { SERVE_FIELDS, variableOf } from "../../src/serve/settings/fields.js";
import { resolveServeSettings } from "../../src/serve/settings/schema.js";

const file = (name: string) => readFileSync(`examples/serve/${name}`, "utf8");
const { version } = JSON.parse(readFileSync("package.json", "utf8")) as { version: string };

interface Manifest {
  readonly kind: string;
  readonly metadata: { readonly name: string };
  readonly spec: Record<string, unknown>;
  readonly data: Record<string, string>;
}

interface Probe {
  readonly httpGet: { readonly path: string; readonly port: string };
  readonly periodSeconds: number;
  readonly failureThreshold: number;
}

interface Container {
  readonly image: string;
  readonly imagePullPolicy: string;
  readonly args: readonly string[];
  readonly env: readonly { readonly name: string; readonly value?: string }[];
  readonly ports: readonly { readonly name: string; readonly containerPort: number }[];
  readonly volumeMounts: readonly { readonly name: string; readonly mountPath: string }[];
  readonly resources: { readonly limits: { readonly memory: string } };
  readonly startupProbe: Probe;
  readonly livenessProbe: Probe;
  readonly readinessProbe: Probe;
}

describe("the manifests for Kubernetes", () => {
  const documents = parseAllDocuments(file("kubernetes.yaml"), { strict: true });
  const manifests = documents.map((document) => document.toJS() as Manifest);
  const find = (kind: string, name: string) =>
    manifests.find((manifest) => manifest.kind === kind && manifest.metadata.name === name) as Manifest;
  const set = find("StatefulSet", "tidecast").spec as {
    serviceName: string;
    template: {
      metadata: { labels: object; annotations?: object };
      spec: { containers: [Container]; volumes: { name: string }[]; terminationGracePeriodSeconds: number };
    };
    selector: { matchLabels: object };
    volumeClaimTemplates: { metadata: { name: string } }[];
  };
  const [container] = set.template.spec.containers;

  it("are YAML without an error or a warning", () => {
    expect(documents.flatMap(({ errors, warnings }) => [...errors, ...warnings])).toEqual([]);
    expect(manifests).toHaveLength(5);
  });

  it("fit together", () => {
    expect(find("Service", set.serviceName).spec).toMatchObject({ clusterIP: "None", publishNotReadyAddresses: true });
    expect(set.template.metadata.labels).toEqual(set.selector.matchLabels);
    const volumes = [
      ...set.template.spec.volumes.map(({ name }) => name),
      ...set.volumeClaimTemplates.map(({ metadata }) => metadata.name),
    ];
    expect(container.volumeMounts.map(({ name }) => name).sort()).toEqual(volumes.sort());
    const known = SERVE_FIELDS.map(variableOf);
    for (const { name } of container.env) if (name.startsWith("TIDECAST_")) expect(known).toContain(name);
  });

  it("have settings that a server accepts, and probes of routes that it has", () => {
    const text = find("ConfigMap", "tidecast").data["tidecast.yaml"] as string;
    const given = parse(text);
    // The variable TIDECAST_CLUSTER_ADVERTISE has the address of the pod.
    given.cluster.advertise = "10.0.0.7:7000";
    const settings = resolveServeSettings(given, "tidecast-0");
    expect(settings.cluster.join).toEqual([`${set.serviceName}:7000`]);
    expect(container.volumeMounts.map(({ mountPath }) => mountPath)).toContain(settings.journal);
    const ports = container.ports.map(({ name, containerPort }) => [name, containerPort]);
    expect(ports).toEqual([
      ["members", 7000],
      ["http", 8080],
    ]);
    expect(settings.http.listen).toBe("0.0.0.0:8080");
    expect(container.livenessProbe.httpGet).toEqual({ path: "/healthz", port: "http" });
    expect(container.readinessProbe.httpGet).toEqual({ path: "/readyz", port: "http" });
  });

  it("leave a server minutes to read its journal, and more time to stop than it may take", () => {
    const { startupProbe } = container;
    expect(startupProbe.httpGet).toEqual({ path: "/healthz", port: "http" });
    expect(startupProbe.periodSeconds * startupProbe.failureThreshold).toBeGreaterThanOrEqual(300);
    expect(set.template.spec.terminationGracePeriodSeconds).toBeGreaterThan(10);
  });

  it("have memory for the values that they retain, of 1 kB each", () => {
    const settings = parse(find("ConfigMap", "tidecast").data["tidecast.yaml"] as string);
    const heap = Number(container.env.find(({ name }) => name === "NODE_OPTIONS")?.value?.split("=")[1]);
    // Measured with a journal of 100,000 values of 1 kB: 393 MB.
    expect(heap).toBeGreaterThan((settings.retain.maxCount / 100_000) * 393 * 1.5);
    expect(container.resources.limits.memory).toBe("1Gi");
    expect(heap).toBeLessThan(1024 * 0.8);
  });

  it("start a locally built image of this version", () => {
    expect(container).toMatchObject({ image: `tidecast:${version}`, imagePullPolicy: "IfNotPresent" });
    for (const name of ["Dockerfile", "README.md"]) {
      const tags = file(name).match(/\btidecast:\d\S*/g) ?? [];
      expect(new Set(tags)).toEqual(new Set([container.image]));
    }
  });

  it("do not invite Prometheus to scrape without the token, which docs/monitoring.md makes it send", () => {
    expect(set.template.metadata.annotations).toBeUndefined();
    expect(file("kubernetes.yaml")).not.toContain("prometheus.io");
    const page = readFileSync("docs/monitoring.md", "utf8");
    const [fixed, discovery] = [...page.matchAll(/```yaml\n(.*?)```/gs)].map(([, text]) => parse(text as string));
    expect(fixed.scrape_configs).toEqual([
      {
        job_name: "tidecast",
        authorization: { credentials_file: expect.any(String) },
        static_configs: expect.any(Array),
      },
    ]);
    const [{ names, port }] = discovery.dns_sd_configs;
    expect(names).toEqual([`${set.serviceName}.default.svc`]);
    expect(container.ports).toContainEqual({ name: "http", containerPort: port });
  });
});

it("the config file in docs/serve.md is accepted", () => {
  const [, text] = /```yaml\n(# tidecast\.yaml.*?)```/s.exec(readFileSync("docs/serve.md", "utf8")) as unknown as [
    string,
    string,
  ];
  expect(resolveServeSettings(parse(text), "unused")).toMatchObject({ id: "a", journal: "data" });
});

it("the image has the licence, and the notices of the packages in the bundles", () => {
  const copied = [...file("Dockerfile").matchAll(/^COPY (.*) \S+$/gm)].flatMap(([, sources]) => sources?.split(" "));
  expect(copied).toEqual(expect.arrayContaining(["LICENSE", "dist/THIRD-PARTY-NOTICES.txt"]));
});

it("the unit for systemd finds the command that npm installs as documented", () => {
  const [first] = file("tidecast.service").split("\n") as [string];
  for (const text of [first, readFileSync("docs/serve.md", "utf8")]) {
    expect(text).toContain("npm pack");
    expect(text).toContain(`npm install --global ./tidecast-${version}.tgz`);
  }
  const { bin } = JSON.parse(readFileSync("package.json", "utf8")) as { bin: object };
  const [, command] = /^ExecStart=\/usr\/bin\/env (\S+) serve /m.exec(file("tidecast.service")) ?? [];
  expect(Object.keys(bin)).toEqual([command]);
});

it("the unit for systemd has the sections and the stop that it needs", () => {
  const text = file("tidecast.service");
  expect([...text.matchAll(/^\[(\w+)\]$/gm)].map(([, name]) => name)).toEqual(["Unit", "Service", "Install"]);
  // Longer than the server may take to hand over.
  expect(Number(/^TimeoutStopSec=(\d+)$/m.exec(text)?.[1])).toBeGreaterThan(10);
});
