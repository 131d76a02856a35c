import { memberIndex } from "../../domain/identity/member-index.js";
import type { MessageNotes } from "../../domain/ports/transport.js";
import type { JsonValue } from "../../domain/values/json-value.js";
import { isNestedDeeperThan } from "../../domain/values/nesting.js";
import { perObject } from "../../domain/values/per-object.js";
import { errorCodes, malformed, RequestError } from "./errors.js";
import { excerpt } from "./excerpt.js";

/** The most levels of arrays and objects in a value: far below the depth that overflows a recursion. */
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

/** A client's request to a node. */
export type ClientRequest = InitRequest | TopologyRequest | BroadcastRequest | ReadRequest;

/**
 * Validates the body of a client's request.
 * @throws {RequestError} 12 if it is invalid, 10 if its type is not supported
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
  if (typeof type !== "string") throw malformed("a request needs the key type with a string");
  throw new RequestError(
    errorCodes.notSupported,
    `requests of type ${excerpt(type)} are not supported; use init, topology, broadcast or read`,
  );
}

function parseInit(body: object): InitRequest {
  const nodeId = field(body, "node_id");
  const nodeIds = field(body, "node_ids");
  if (typeof nodeId !== "string") throw malformed("init needs the key node_id with a string");
  if (!isListOfIds(nodeIds)) throw malformed("init needs the key node_ids with a list of strings");
  const distinct = memberIndex(nodeIds);
  if (distinct.size !== nodeIds.length)
    throw malformed("node_ids of init contains an id twice; each id must occur once");
  if (!distinct.has(nodeId)) throw malformed(`node_ids of init does not contain node_id ${excerpt(nodeId)}; add it`);
  return { type: "init", nodeId, nodeIds };
}

function parseTopology(topology: unknown): ReadonlyMap<string, readonly string[]> {
  if (typeof topology !== "object" || topology === null || Array.isArray(topology))
    throw malformed("topology needs the key topology with an object that maps node ids to lists of node ids");
  return neighboursIn(topology);
}

const neighboursIn = perObject((topology: object): ReadonlyMap<string, readonly string[]> => {
  const neighbours = new Map<string, readonly string[]>();
  for (const [id, ids] of Object.entries(topology)) {
    if (!isListOfStrings(ids)) throw malformed(`the topology of ${excerpt(id)} must be a list of node ids`);
    neighbours.set(id, ids);
  }
  return neighbours;
});

function parseValue(body: object, notes?: MessageNotes): JsonValue {
  if (!Object.hasOwn(body, "message"))
    throw malformed("broadcast needs the key message with the value, which may be any JSON");
  const value = field(body, "message") as JsonValue;
  if (isNestedDeeperThan(value, DEEPEST_VALUE))
    throw malformed(`the value is nested more than ${DEEPEST_VALUE} levels deep, the limit`);
  const inexact = notes?.inexactNumber();
  if (inexact !== undefined)
    throw malformed(`a 64-bit float cannot represent the number ${excerpt(inexact)} exactly; send it as a string`);
  return value;
}

/** An own property only: a missing key must not be found on the prototype. */
function field(body: object, key: string): unknown {
  return Object.hasOwn(body, key) ? (body as Record<string, unknown>)[key] : undefined;
}

/** The nodes of a simulation get the same list, which is checked once. */
function isListOfIds(value: unknown): value is readonly string[] {
  return Array.isArray(value) && areStrings(value);
}

const areStrings = perObject(isListOfStrings);

function isListOfStrings(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((item) => typeof item === "string");
}
