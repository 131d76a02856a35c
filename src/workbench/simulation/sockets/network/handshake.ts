import type { TlsCredentials } from "../../../../adapters/tcp/certificates.js";
import { firstLine } from "../../../../adapters/tcp/first-line.js";
import type { MemberId } from "../../../../domain/ports/transport.js";
import { judge, problemWith } from "./certificate.js";
import type { SimulatedSocket } from "./simulated-socket.js";
import { systemError } from "./system-error.js";

const HELLO = "hello";
const ALERT = "alert";

/**
 * TLS as a layer that nobody looks into: a round trip with certificates before the first byte, as in TLS 1.3. The client checks the
 * server's certificate, and sends its own; the server leaves the judgement to the transport.
 * @param peer the member that has to be at the other end, if it is known
 * @throws {Error} if the connection ends, or the server's certificate is not accepted
 */
export async function secureClient(
  socket: SimulatedSocket,
  peer: MemberId | undefined,
  credentials: TlsCredentials,
): Promise<void> {
  socket.write(`${HELLO}\n`);
  const certificate = judge(String(await firstLine(socket)), credentials);
  const problem = peer === undefined ? certificate.problem : problemWith(certificate, peer);
  if (problem !== undefined) {
    socket.end(`${ALERT}\n`);
    throw new Error(problem);
  }
  socket.certificate = certificate;
  socket.write(`${String(credentials.cert)}\n`);
}

/** The server's part. @throws {Error} with a code, if the connection ends or the client does not accept the certificate */
export async function secureAccepted(socket: SimulatedSocket, credentials: TlsCredentials): Promise<void> {
  const next = async () => {
    try {
      return String(await firstLine(socket));
    } catch {
      throw systemError("ECONNRESET");
    }
  };
  if ((await next()) !== HELLO) throw systemError("ERR_TLS");
  socket.write(`${String(credentials.cert)}\n`);
  const answer = await next();
  if (answer === ALERT) throw systemError("ERR_TLS");
  socket.certificate = judge(answer, credentials);
}
