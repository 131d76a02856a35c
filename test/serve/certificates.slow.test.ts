import { X509Certificate } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect, type TLSSocket } from "node:tls";
import { expect, it, onTestFinished } from "vitest";
import { type Authority, createAuthority, issue } from "../support/certificates.js";
import { eventually } from "../support/eventually.js";
import { serve } from "./support/servers.js";

function folderOf(): string {
  const folder = mkdtempSync(join(tmpdir(), "tidecast-tls-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Writes a new certificate into the files of a server. */
async function write(folder: string, name: string, authority: Authority) {
  const { key, cert } = await issue(authority, "a");
  const files = { key: join(folder, `${name}.key`), cert: join(folder, `${name}.crt`), ca: join(folder, "ca.crt") };
  writeFileSync(files.ca, authority.cert);
  writeFileSync(files.key, key as string);
  writeFileSync(files.cert, cert as string);
  return { files, fingerprint: new X509Certificate(cert).fingerprint256 };
}

/** A connection that stays open. */
async function open(address: string, ca: string, client?: { key: string; cert: string }): Promise<TLSSocket> {
  const { hostname, port } = new URL(address);
  const socket = connect({ host: hostname, port: Number(port), ca, ...client, checkServerIdentity: () => undefined });
  onTestFinished(() => void socket.destroy());
  await new Promise((resolve, reject) => socket.once("secureConnect", resolve).once("error", reject));
  return socket;
}

it("a server shows certificates whose files have changed, to members and clients, and keeps its connections", async () => {
  const [folder, authority] = [folderOf(), await createAuthority()];
  const [cluster, http] = [await write(folder, "cluster", authority), await write(folder, "http", authority)];
  const client = (await issue(authority, "client")) as unknown as { key: string; cert: string };
  const lines: string[] = [];
  const settings = { cluster: { tls: cluster.files }, http: { listen: "127.0.0.1:0", tls: http.files } };
  const { url, clusterAddress } = await serve(settings, lines);
  const present = await open(url, authority.cert, client);
  expect(present.getPeerX509Certificate()?.fingerprint256).toBe(http.fingerprint);

  writeFileSync(http.files.cert, "rubbish");
  await eventually(() => expect(lines.join("\n")).toMatch(/the certificate of http\.tls stays as it was: /));
  const [renewed, renewedCluster] = [await write(folder, "http", authority), await write(folder, "cluster", authority)];
  await eventually(async () => {
    const socket = await open(url, authority.cert, client);
    expect(socket.getPeerX509Certificate()?.fingerprint256).toBe(renewed.fingerprint);
  });
  await eventually(async () => {
    const socket = await open(`tls://${clusterAddress}`, authority.cert, client);
    expect(socket.getPeerX509Certificate()?.fingerprint256).toBe(renewedCluster.fingerprint);
  });

  const answer = new Promise<string>((resolve) => present.once("data", (data) => resolve(String(data))));
  present.write("GET /values HTTP/1.1\r\nhost: here\r\n\r\n");
  expect(await answer).toMatch(/^HTTP\/1\.1 200 /);
  const stranger = await open(url, authority.cert);
  const refusal = new Promise<string>((resolve) => stranger.once("data", (data) => resolve(String(data))));
  stranger.write("GET /values HTTP/1.1\r\nhost: here\r\n\r\n");
  expect(await refusal).toMatch(/^HTTP\/1\.1 401 /);
});
