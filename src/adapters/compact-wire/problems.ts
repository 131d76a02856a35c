/** Thrown while a message is encoded that the compact wire has no form for; it leaves as JSON instead. */
export class Inexpressible extends Error {
  constructor() {
    super("the compact wire has no form for this message");
  }
}

/** Thrown while bytes are decoded that break the format; the message describes the problem. */
export class MalformedFrame extends Error {
  override readonly name = "MalformedFrame";
}
