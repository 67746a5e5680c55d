package io.vmessproxy.common.net;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;

/** A listener that accepts nobody and whose queue is full: the next connection hangs. */
final class Clog implements AutoCloseable {
  private final ServerSocket server;
  private final List<SocketChannel> waiting = new ArrayList<>();

  Clog() throws IOException {
    this(InetAddress.getLoopbackAddress(), 0);
  }

  Clog(InetAddress address, int port) throws IOException {
    server = new ServerSocket(port, 1, address);
    for (int i = 0; i < 8; i++) {
      SocketChannel socket = SocketChannel.open();
      waiting.add(socket);
      socket.configureBlocking(false);
      socket.connect(new InetSocketAddress(address, server.getLocalPort()));
    }
  }

  int port() {
    return server.getLocalPort();
  }

  /** Makes room: what hangs is let in when it knocks again, after a second. */
  void accept() throws IOException {
    for (SocketChannel socket : waiting) {
      socket.close();
    }
    for (int i = 0; i < 2; i++) {
      server.accept().close();
    }
  }

  @Override
  public void close() throws IOException {
    server.close();
    for (SocketChannel socket : waiting) {
      socket.close();
    }
  }
}
