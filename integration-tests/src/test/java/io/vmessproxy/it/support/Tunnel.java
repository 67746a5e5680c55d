package io.vmessproxy.it.support;

import java.io.Closeable;
import java.io.IOException;
import java.net.Socket;

/**
 * What the proxy answered to a request for a stream, with the stream if it is there.
 *
 * @param code SOCKS reply code or HTTP status
 * @param socket to the proxy, positioned behind its answer
 */
public record Tunnel(int code, Socket socket) implements Closeable {
  /** Sends these bytes and waits until the stream's other direction ends. */
  public byte[] exchange(byte[] sent) throws IOException {
    socket.getOutputStream().write(sent);
    socket.shutdownOutput();
    return socket.getInputStream().readAllBytes();
  }

  /** Ends the connection with a TCP reset. */
  public void reset() throws IOException {
    socket.setSoLinger(true, 0);
    socket.close();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
