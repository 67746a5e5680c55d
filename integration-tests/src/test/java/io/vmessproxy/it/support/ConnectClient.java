package io.vmessproxy.it.support;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;

/** HTTP CONNECT as an application speaks it. */
public final class ConnectClient {
  private ConnectClient() {}

  /** Asks for a stream and reads the answer's head, and not a byte more. */
  public static Tunnel connect(int proxyPort, String host, int port) throws IOException {
    String target = (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
    Socket socket = SocksClient.dial(proxyPort);
    try {
      String request = "CONNECT " + target + " HTTP/1.1\r\nHost: " + target + "\r\n\r\n";
      socket.getOutputStream().write(request.getBytes(US_ASCII));
      return new Tunnel(status(head(socket.getInputStream())), socket);
    } catch (IOException e) {
      socket.close();
      throw e;
    }
  }

  /** Reads up to the empty line that ends the head of a message. */
  public static String head(InputStream in) throws IOException {
    ByteArrayOutputStream head = new ByteArrayOutputStream();
    while (!head.toString(US_ASCII).endsWith("\r\n\r\n")) {
      int next = in.read();
      if (next < 0) {
        throw new EOFException("HTTP: ended within the head: " + head.toString(US_ASCII));
      }
      head.write(next);
    }
    return head.toString(US_ASCII);
  }

  /** The status of an answer's head. */
  public static int status(String head) {
    return Integer.parseInt(head.substring(9, 12));
  }
}
