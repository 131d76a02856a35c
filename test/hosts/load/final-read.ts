import { type HostServer, TOKEN } from "../servers/server.js";

/** Every value that a server shows, from the first page of `/values` to the last. */
export async function readValues({ id, url }: HostServer): Promise<readonly string[]> {
  const values: string[] = [];
  for (let cursor = "start", more = true; more; ) {
    const answer = await fetch(`${url}/values?limit=10000&after=${encodeURIComponent(cursor)}`, {
      headers: { authorization: `Bearer ${TOKEN}` },
    });
    if (!answer.ok) throw new Error(`${id} answers /values with ${answer.status}: ${await answer.text()}`);
    const page = (await answer.json()) as { values: { value: string }[]; cursor: string; more: boolean };
    values.push(...page.values.map(({ value }) => value));
    ({ cursor, more } = page);
  }
  return values;
}
