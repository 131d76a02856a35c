/** The only version of OpenMetrics that the server writes. */
const VERSION = "1.0.0";

/**
 * Whether a client prefers OpenMetrics to the text format of Prometheus, by its header `Accept` (RFC 9110, 12.5.1). A wildcard does not ask
 * for OpenMetrics; at equal weights OpenMetrics wins.
 */
export function prefersOpenMetrics(accept = ""): boolean {
  let [openMetrics, text] = [0, 0];
  for (const range of accept.toLowerCase().split(",")) {
    const [type, ...parameters] = range.split(";").map((part) => part.trim()) as [string, ...string[]];
    const parameterNamed = (name: string) =>
      parameters.find((parameter) => parameter.startsWith(`${name}=`))?.slice(name.length + 1);
    const weight = Number(parameterNamed("q") ?? 1);
    // Prometheus asks for older versions as well. Other clients may quote the number.
    const version = parameterNamed("version")?.replaceAll('"', "") ?? VERSION;
    if (type === "application/openmetrics-text" && version === VERSION) openMetrics = Math.max(openMetrics, weight);
    if (type === "text/plain") text = Math.max(text, weight);
  }
  return openMetrics > 0 && openMetrics >= text;
}
