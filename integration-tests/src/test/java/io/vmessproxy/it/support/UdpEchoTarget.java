package io.vmessproxy.it.support;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A UDP server on this machine's loopback: repeats each datagram, or answers {@code answer N} with
 * N bytes of {@link TestBytes} with the seed N.
 */
public final class UdpEchoTarget implements AutoCloseable {
  private static final String ANSWER = "answer ";

  private final DatagramSocket socket;
  private final AtomicInteger received = new AtomicInteger();

  private UdpEchoTarget(DatagramSocket socket) {
    this.socket = socket;
  }

  public static UdpEchoTarget start() {
    try {
      UdpEchoTarget target =
          new UdpEchoTarget(new DatagramSocket(0, InetAddress.getLoopbackAddress()));
      Thread thread = new Thread(target::serve, "udp-echo");
      thread.setDaemon(true);
      thread.start();
      return target;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What makes it answer with so many bytes. */
  public static byte[] askFor(int bytes) {
    return (ANSWER + bytes).getBytes(US_ASCII);
  }

  private void serve() {
    DatagramPacket packet = new DatagramPacket(new byte[0xffff], 0xffff);
    while (!socket.isClosed()) {
      try {
        packet.setLength(0xffff);
        socket.receive(packet);
        received.incrementAndGet();
        byte[] answer = answer(packet);
        socket.send(new DatagramPacket(answer, answer.length, packet.getSocketAddress()));
      } catch (IOException e) {
        // The test is over and the socket closed; or the asker has gone, and the next may come.
      }
    }
  }

  private static byte[] answer(DatagramPacket packet) throws IOException {
    String text = new String(packet.getData(), 0, Math.min(packet.getLength(), 20), US_ASCII);
    ByteArrayOutputStream answer = new ByteArrayOutputStream();
    if (text.startsWith(ANSWER)) {
      long size = Long.parseLong(text.substring(ANSWER.length()));
      TestBytes.write(answer, size, size);
    } else {
      answer.write(packet.getData(), 0, packet.getLength());
    }
    return answer.toByteArray();
  }

  public int port() {
    return socket.getLocalPort();
  }

  /** How many datagrams have come. */
  public int received() {
    return received.get();
  }

  @Override
  public void close() {
    socket.close();
  }
}
