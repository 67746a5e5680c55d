package io.vmessproxy.client.inbound;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/**
 * The far end of a socket, an application or a server: raw bytes as hex or as Latin-1 text, nothing
 * understood.
 */
public final class TestPeer implements AutoCloseable {
  private static final int TIMEOUT_MILLIS = 15_000;
  private static final int BRIEFLY_MILLIS = 150;

  private final Socket socket;
  private final InputStream in;

  TestPeer(Socket socket) throws IOException {
    this.socket = socket;
    socket.setTcpNoDelay(true);
    socket.setSoTimeout(TIMEOUT_MILLIS);
    in = socket.getInputStream();
  }

  public TestPeer send(String text) throws IOException {
    return send(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  public TestPeer send(byte[] bytes) throws IOException {
    socket.getOutputStream().write(bytes);
    return this;
  }

  public TestPeer sendHex(String hex) throws IOException {
    return send(HexFormat.of().parseHex(hex.replace(" ", "")));
  }

  /** One write, and with TCP_NODELAY one packet, for each byte. */
  public TestPeer sendByteByByte(byte[] bytes) throws IOException {
    for (byte b : bytes) {
      socket.getOutputStream().write(b);
    }
    return this;
  }

  public TestPeer finish() throws IOException {
    socket.shutdownOutput();
    return this;
  }

  /** Closes with FIN, where nothing is unread. */
  public void leave() throws IOException {
    socket.close();
  }

  /** Closes with RST. */
  public void reset() throws IOException {
    socket.setSoLinger(true, 0);
    socket.close();
  }

  public byte[] read(int count) throws IOException {
    byte[] bytes = in.readNBytes(count);
    if (bytes.length < count) {
      throw new EOFException("%d of %d bytes".formatted(bytes.length, count));
    }
    return bytes;
  }

  public String readHex(int count) throws IOException {
    return HexFormat.of().formatHex(read(count));
  }

  public String readText(int count) throws IOException {
    return new String(read(count), StandardCharsets.ISO_8859_1);
  }

  /** A head, with the empty line behind it. */
  public String readHead() throws IOException {
    return readUntil("\r\n\r\n");
  }

  public String readUntil(String end) throws IOException {
    ByteArrayOutputStream read = new ByteArrayOutputStream();
    while (!read.toString(StandardCharsets.ISO_8859_1).endsWith(end)) {
      int b = in.read();
      if (b < 0) {
        throw new EOFException("before " + end + ": " + read);
      }
      read.write(b);
    }
    return read.toString(StandardCharsets.ISO_8859_1);
  }

  /** Whether neither a byte nor an end comes for a short while. */
  public boolean hearsNothing() throws IOException {
    socket.setSoTimeout(BRIEFLY_MILLIS);
    try {
      in.read();
      return false;
    } catch (SocketTimeoutException e) {
      return true;
    } finally {
      socket.setSoTimeout(TIMEOUT_MILLIS);
    }
  }

  /** Everything until the FIN. */
  public String readAll() throws IOException {
    return new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
  }

  /** Whether the connection ends with an RST. */
  public boolean endsInReset() throws IOException {
    try {
      in.readAllBytes();
      return false;
    } catch (SocketException e) {
      return true;
    }
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
