import type { RetentionGroups, RetentionPolicy } from "../../../domain/retention/retention.js";
import type { JsonValue } from "../../../domain/values/json-value.js";
import { unwrap } from "./envelope.js";

/** The limits of topics that have their own. */
export class TopicRetention implements RetentionGroups {
  private readonly limits = new Map<string, RetentionPolicy>();

  set(topic: string, policy: RetentionPolicy): void {
    // A copy, because two topics with the same object are two groups.
    this.limits.set(topic, { ...policy });
  }

  of(topic: string): RetentionPolicy | undefined {
    return this.limits.get(topic);
  }

  limitsOf(value: JsonValue): RetentionPolicy | undefined {
    if (this.limits.size === 0) return undefined;
    const { topic } = unwrap(value);
    return topic === undefined ? undefined : this.limits.get(topic);
  }

  all(): Iterable<RetentionPolicy> {
    return this.limits.values();
  }
}
