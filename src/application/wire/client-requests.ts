import type { MessageNotes } from "../../domain/ports/transport.js";
import type { JsonValue } from "../../domain/values/json-value.js";
import { isNestedDeeperThan } from "../../domain/values/nesting.js";
import { errorCodes, malformed, RequestError } from "./errors.js";
import { excerpt } from "./excerpt.js";

/** The most levels of arrays and objects that a value may have: far from what recursion over it could overflow. */
export const DEEPEST_VALUE = 1_000;

export interface InitRequest {
  readonly type: "init";
  readonly nodeId: string;
  /** Every node of the cluster, `nodeId` included, each once. */
  readonly nodeIds: readonly string[];
}

export interface TopologyRequest {
  readonly type: "topology";
  /** Neighbours by node id, as the client wrote them: ids may be unknown. */
  readonly topology: ReadonlyMap<string, readonly string[]>;
}

export interface BroadcastRequest {
  readonly type: "broadcast";
  readonly value: JsonValue;
}

interface ReadRequest {
  readonly type: "read";
}

/** What clients ask of a node. */
export type ClientRequest = InitRequest | TopologyRequest | BroadcastRequest | ReadRequest;

/**
 * Validates the body of a client's request.
 * @throws {RequestError} 12 if it is malformed, 10 if its type is not known
 */
export function parseClientRequest(body: object, notes?: MessageNotes): ClientRequest {
  const type = field(body, "type");
  switch (type) {
    case "init":
      return parseInit(body);
    case "topology":
      return { type, topology: parseTopology(field(body, "topology")) };
    case "broadcast":
      return { type, value: parseValue(body, notes) };
    case "read":
      return { type };
  }
  if (typeof type !== "string") throw malformed("a request needs a type, which is a string");
  throw new RequestError(
    errorCodes.notSupported,
    `requests of type ${excerpt(type)} are not supported; send init, topology, broadcast or read`,
  );
}

function parseInit(body: object): InitRequest {
  const nodeId = field(body, "node_id");
  const nodeIds = field(body, "node_ids");
  if (typeof nodeId !== "string") throw malformed("init needs node_id, which is a string");
  if (!isListOfStrings(nodeIds)) throw malformed("init needs node_ids, which is a list of strings");
  const distinct = new Set(nodeIds);
  if (distinct.size !== nodeIds.length) throw malformed("init names a node twice in node_ids; each must be there once");
  if (!distinct.has(nodeId)) throw malformed(`init needs node_id ${excerpt(nodeId)} to be among node_ids`);
  return { type: "init", nodeId, nodeIds };
}

function parseTopology(topology: unknown): ReadonlyMap<string, readonly string[]> {
  if (typeof topology !== "object" || topology === null || Array.isArray(topology))
    throw malformed("topology needs topology, which is an object from node ids to lists of node ids");
  const neighbours = new Map<string, readonly string[]>();
  for (const [id, ids] of Object.entries(topology)) {
    if (!isListOfStrings(ids)) throw malformed(`the topology of ${excerpt(id)} must be a list of node ids`);
    neighbours.set(id, ids);
  }
  return neighbours;
}

function parseValue(body: object, notes?: MessageNotes): JsonValue {
  if (!Object.hasOwn(body, "message")) throw malformed("broadcast needs message, which is the value: any JSON");
  const value = field(body, "message") as JsonValue;
  if (isNestedDeeperThan(value, DEEPEST_VALUE))
    throw malformed(`the value is nested more than ${DEEPEST_VALUE} levels deep`);
  const inexact = notes?.inexactNumber();
  if (inexact !== undefined)
    throw malformed(
      `the number ${excerpt(inexact)} cannot be held exactly by a 64-bit float and would be altered; send it as a string`,
    );
  return value;
}

/** An own property only: a key that the body does not have must not be found on its prototype. */
function field(body: object, key: string): unknown {
  return Object.hasOwn(body, key) ? (body as Record<string, unknown>)[key] : undefined;
}

function isListOfStrings(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((item) => typeof item === "string");
}
