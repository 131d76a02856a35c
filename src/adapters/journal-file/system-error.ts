/** The code of an error of the operating system, such as `ENOSPC`; `undefined` for other errors. */
export function codeOf(error: unknown): string | undefined {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : undefined;
}

/** Whether it is an error of the operating system with one of these codes. */
export function hasCode(error: unknown, ...codes: readonly string[]): boolean {
  return codes.some((code) => code === codeOf(error));
}

/** The message of an error of the operating system, without the call and the path that Node appends: `ENOSPC: no space left on device`. */
export function reasonOf(error: unknown): string {
  return error instanceof Error ? (error.message.split(", ", 1)[0] as string) : String(error);
}
