package io.vmessproxy.it.support;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.regex.Pattern;

/** SOCKS as an application speaks it: names stay names, IP literals become addresses. */
public final class SocksClient {
  /** The one way a SOCKS5 request succeeds. */
  public static final int SOCKS5_GRANTED = 0x00;

  /** The one way a SOCKS4 request succeeds. */
  public static final int SOCKS4_GRANTED = 0x5a;

  private static final int LIMIT_MILLIS = 15_000;
  private static final Pattern IPV4 = Pattern.compile("[0-9]+(\\.[0-9]+){3}");

  private SocksClient() {}

  /** Offers no authentication, asks for a stream, and reads the reply (RFC 1928). */
  public static Tunnel socks5(int proxyPort, String host, int port) throws IOException {
    Socket socket = dial(proxyPort);
    try {
      socket.getOutputStream().write(new byte[] {5, 1, 0});
      DataInputStream in = new DataInputStream(socket.getInputStream());
      if (in.readUnsignedShort() != 0x0500) {
        throw new IOException("SOCKS5: refused a client without authentication");
      }
      ByteArrayOutputStream request = new ByteArrayOutputStream();
      request.writeBytes(new byte[] {5, 1, 0});
      writeSocks5Address(request, host);
      writePort(request, port);
      socket.getOutputStream().write(request.toByteArray());
      in.readUnsignedByte();
      int code = in.readUnsignedByte();
      in.readUnsignedByte();
      int bound = in.readUnsignedByte() == 4 ? 16 : 4;
      in.readFully(new byte[bound + 2]);
      return new Tunnel(code, socket);
    } catch (IOException e) {
      socket.close();
      throw e;
    }
  }

  static void writeSocks5Address(ByteArrayOutputStream request, String host) throws IOException {
    if (IPV4.matcher(host).matches()) {
      request.write(1);
      request.writeBytes(InetAddress.getByName(host).getAddress());
    } else if (host.contains(":")) {
      request.write(4);
      request.writeBytes(InetAddress.getByName(host).getAddress());
    } else {
      request.write(3);
      request.write(host.length());
      request.writeBytes(host.getBytes(US_ASCII));
    }
  }

  /** SOCKS4 for an IPv4 literal, SOCKS4a for a name. */
  public static Tunnel socks4(int proxyPort, String host, int port) throws IOException {
    boolean literal = IPV4.matcher(host).matches();
    ByteArrayOutputStream request = new ByteArrayOutputStream();
    request.writeBytes(new byte[] {4, 1});
    writePort(request, port);
    request.writeBytes(
        literal ? InetAddress.getByName(host).getAddress() : new byte[] {0, 0, 0, 1});
    request.write(0);
    if (!literal) {
      request.writeBytes(host.getBytes(US_ASCII));
      request.write(0);
    }
    Socket socket = dial(proxyPort);
    try {
      socket.getOutputStream().write(request.toByteArray());
      DataInputStream in = new DataInputStream(socket.getInputStream());
      in.readUnsignedByte();
      int code = in.readUnsignedByte();
      in.readFully(new byte[6]);
      return new Tunnel(code, socket);
    } catch (IOException e) {
      socket.close();
      throw e;
    }
  }

  static void writePort(ByteArrayOutputStream request, int port) {
    request.write(port >> 8);
    request.write(port);
  }

  /** A connection to the proxy itself, on which nothing was said yet. */
  public static Socket dial(int proxyPort) throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), proxyPort);
    socket.setSoTimeout(LIMIT_MILLIS);
    socket.setTcpNoDelay(true);
    return socket;
  }
}
