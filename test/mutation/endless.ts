/** The message of a test that has been ended because it took too long. */
export const ENDLESS = "it does not end";
