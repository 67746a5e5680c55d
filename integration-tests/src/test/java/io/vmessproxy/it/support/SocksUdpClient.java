package io.vmessproxy.it.support;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;

/**
 * UDP through SOCKS5 as an application speaks it (RFC 1928 §7).
 *
 * <pre>
 *   2     1      1      4, 16 or 1 + n   2
 * +-----+------+------+----------------+------+---------+
 * | RSV | FRAG | ATYP | address        | port | payload |
 * +-----+------+------+----------------+------+---------+
 * </pre>
 */
public final class SocksUdpClient implements AutoCloseable {
  private static final int LIMIT_MILLIS = 10_000;
  private static final byte[] ASSOCIATE = {5, 3, 0, 1, 0, 0, 0, 0, 0, 0};

  private final Socket control;
  private final DatagramSocket socket;
  private final InetSocketAddress relay;

  private SocksUdpClient(Socket control, DatagramSocket socket, InetSocketAddress relay) {
    this.control = control;
    this.socket = socket;
    this.relay = relay;
  }

  /** What came, and from where. */
  public record Datagram(InetSocketAddress source, ByteBuffer payload) {}

  public static SocksUdpClient associate(int proxyPort) throws IOException {
    return associate("127.0.0.1", proxyPort);
  }

  /** Asks a proxy on an address of this machine for an association. */
  public static SocksUdpClient associate(String proxyHost, int proxyPort) throws IOException {
    InetAddress proxy = InetAddress.getByName(proxyHost);
    Socket control = new Socket(proxy, proxyPort);
    try {
      control.setSoTimeout(LIMIT_MILLIS);
      control.getOutputStream().write(new byte[] {5, 1, 0});
      DataInputStream in = new DataInputStream(control.getInputStream());
      if (in.readUnsignedShort() != 0x0500) {
        throw new IOException("SOCKS5: refused a client without authentication");
      }
      control.getOutputStream().write(ASSOCIATE);
      InetSocketAddress relay = relay(in, proxy);
      DatagramSocket socket = new DatagramSocket(0, proxy);
      socket.setSoTimeout(LIMIT_MILLIS);
      return new SocksUdpClient(control, socket, relay);
    } catch (IOException e) {
      control.close();
      throw e;
    }
  }

  private static InetSocketAddress relay(DataInputStream in, InetAddress proxy) throws IOException {
    in.readUnsignedByte();
    int code = in.readUnsignedByte();
    if (code != SocksClient.SOCKS5_GRANTED) {
      throw new IOException("SOCKS5: UDP ASSOCIATE was answered with code " + code);
    }
    in.readUnsignedByte();
    byte[] address = in.readNBytes(in.readUnsignedByte() == 4 ? 16 : 4);
    InetAddress bound = InetAddress.getByAddress(address);
    return new InetSocketAddress(bound.isAnyLocalAddress() ? proxy : bound, in.readUnsignedShort());
  }

  public void send(String host, int port, byte[] payload) throws IOException {
    ByteArrayOutputStream packet = new ByteArrayOutputStream();
    packet.writeBytes(new byte[3]);
    SocksClient.writeSocks5Address(packet, host);
    SocksClient.writePort(packet, port);
    packet.writeBytes(payload);
    socket.send(new DatagramPacket(packet.toByteArray(), packet.size(), relay));
  }

  /**
   * The next datagram.
   *
   * @throws java.net.SocketTimeoutException if none comes in time
   */
  public Datagram receive() throws IOException {
    DatagramPacket packet = new DatagramPacket(new byte[0xffff], 0xffff);
    socket.receive(packet);
    ByteBuffer in = ByteBuffer.wrap(packet.getData(), 0, packet.getLength());
    in.position(3);
    byte type = in.get();
    if (type != 1 && type != 4) {
      throw new IOException("SOCKS5: a datagram from an address of type " + type);
    }
    byte[] address = new byte[type == 4 ? 16 : 4];
    in.get(address);
    int port = in.getShort() & 0xffff;
    return new Datagram(new InetSocketAddress(InetAddress.getByAddress(address), port), in.slice());
  }

  /** Waits no longer than this for a datagram. */
  public void limit(int millis) throws IOException {
    socket.setSoTimeout(millis);
  }

  /** The connection that keeps the association. */
  public Socket control() {
    return control;
  }

  @Override
  public void close() throws IOException {
    socket.close();
    control.close();
  }
}
