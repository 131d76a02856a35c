/**
 * A plugin of TypeDoc: puts the class of an error, with a link, before the text of its `@throws`. The Markdown theme leaves out what stands
 * in braces. A class that the library does not export is a mistake, since nobody could catch it by its name.
 */
import { Converter, ReflectionKind } from "typedoc";

/** Classes of JavaScript itself. */
const BUILT_IN = new Set(["Error", "RangeError", "SyntaxError", "TypeError"]);

export function load({ converter, logger }) {
  converter.on(Converter.EVENT_RESOLVE_BEGIN, ({ project }) => {
    const classes = new Map(project.getReflectionsByKind(ReflectionKind.Class).map((each) => [each.name, each]));
    for (const reflection of Object.values(project.reflections))
      for (const tag of reflection.comment?.getTags("@throws") ?? []) {
        const name = tag.typeAnnotation?.replace(/^\{|\}$/g, "");
        if (name === undefined) continue;
        const target = classes.get(name);
        if (target === undefined && !BUILT_IN.has(name))
          logger.error(`${reflection.getFullName()} throws ${name}, which no entry point exports`);
        const link = target && { kind: "inline-tag", tag: "@link", text: name, target };
        tag.content.unshift(link ?? { kind: "code", text: `\`${name}\`` }, { kind: "text", text: " " });
      }
  });
}
