/**
 * `one-cluster.js OPTIONS RECORD`, in namespaces of its own: soaks one cluster, prints lines on the progress, and writes its
 * `SoakRecord` to a file. `OPTIONS` is the JSON of a `OneCluster`.
 */
import { writeFileSync } from "node:fs";
import { type ClusterOptions, SoakCluster } from "./cluster/soak-cluster.js";
import { type SoakOptions, soak } from "./soak.js";

/** Options of one cluster. */
export type OneCluster = SoakOptions & ClusterOptions;

const [given = "", path = ""] = process.argv.slice(2);
const options: OneCluster = JSON.parse(given);
const cluster = await SoakCluster.start(options);
try {
  const record = await soak(cluster, options, (line) => console.log(`${options.transport}: ${line}`));
  writeFileSync(path, JSON.stringify(record));
} finally {
  await cluster.kill();
}
