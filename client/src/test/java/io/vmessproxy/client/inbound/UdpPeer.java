package io.vmessproxy.client.inbound;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.util.Arrays;
import java.util.HexFormat;

/** One end of a conversation in datagrams, an application or a target; nothing understood. */
public final class UdpPeer implements AutoCloseable {
  private static final int TIMEOUT_MILLIS = 15_000;
  private static final int BRIEFLY_MILLIS = 150;

  private final DatagramSocket socket;
  private InetSocketAddress other;

  private UdpPeer(DatagramSocket socket, InetSocketAddress other) throws IOException {
    this.socket = socket;
    this.other = other;
    socket.setSoTimeout(TIMEOUT_MILLIS);
  }

  /** On a free port of the loopback, not yet knowing whom to talk to. */
  public static UdpPeer open() throws IOException {
    InetAddress loopback = InetAddress.getLoopbackAddress();
    return new UdpPeer(new DatagramSocket(0, loopback), new InetSocketAddress(loopback, 9));
  }

  /** On a free port of {@code from}, talking to {@code other}. */
  public static UdpPeer to(InetSocketAddress other, InetAddress from) throws IOException {
    return new UdpPeer(new DatagramSocket(0, from), other);
  }

  public static UdpPeer to(InetSocketAddress other) throws IOException {
    return to(other, other.getAddress());
  }

  /** Answers everything with itself, until it is closed. */
  public static UdpPeer echo() throws IOException {
    UdpPeer peer = open();
    Thread thread =
        new Thread(
            () -> {
              while (!peer.socket.isClosed()) {
                peer.echoOne();
              }
            },
            "test-echo");
    thread.setDaemon(true);
    thread.start();
    return peer;
  }

  private void echoOne() {
    try {
      byte[] received = receive();
      socket.send(new DatagramPacket(received, received.length, other));
    } catch (IOException e) {
      // Closed, or idle: the test that wants an answer says so.
      return;
    }
  }

  public InetSocketAddress address() {
    return (InetSocketAddress) socket.getLocalSocketAddress();
  }

  /** Whom it talks to. */
  public InetSocketAddress other() {
    return other;
  }

  public UdpPeer talkTo(InetSocketAddress address) {
    other = address;
    return this;
  }

  public UdpPeer send(byte[] bytes) throws IOException {
    socket.send(new DatagramPacket(bytes, bytes.length, other));
    return this;
  }

  public UdpPeer sendHex(String hex) throws IOException {
    return send(HexFormat.of().parseHex(hex.replace(" ", "")));
  }

  /** The next datagram; whoever sent it is answered from now on. */
  public byte[] receive() throws IOException {
    byte[] buffer = new byte[1 << 16];
    DatagramPacket packet = new DatagramPacket(buffer, buffer.length);
    socket.receive(packet);
    other = (InetSocketAddress) packet.getSocketAddress();
    return Arrays.copyOf(buffer, packet.getLength());
  }

  public String receiveHex() throws IOException {
    return HexFormat.of().formatHex(receive());
  }

  /** Whether nothing comes for a short while. */
  public boolean hearsNothing() throws IOException {
    socket.setSoTimeout(BRIEFLY_MILLIS);
    try {
      receive();
      return false;
    } catch (SocketTimeoutException e) {
      return true;
    } finally {
      socket.setSoTimeout(TIMEOUT_MILLIS);
    }
  }

  @Override
  public void close() {
    socket.close();
  }
}
