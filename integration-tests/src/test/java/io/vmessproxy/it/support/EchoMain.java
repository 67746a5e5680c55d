package io.vmessproxy.it.support;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;

/**
 * An echo on one thread for as many connections as the process may have, in a process of its own:
 * the tests' own has their other ends.
 */
public final class EchoMain {
  private EchoMain() {}

  /** Prints {@code listening PORT}, and repeats what it gets until it is killed. */
  public static void main(String[] args) throws IOException {
    try (Selector selector = Selector.open();
        ServerSocketChannel listener = ServerSocketChannel.open()) {
      listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1024);
      listener.configureBlocking(false);
      listener.register(selector, SelectionKey.OP_ACCEPT);
      System.out.println("listening " + listener.socket().getLocalPort());
      ByteBuffer bytes = ByteBuffer.allocate(64 * 1024);
      while (true) {
        selector.select(key -> serve(key, listener, selector, bytes));
      }
    }
  }

  private static void serve(
      SelectionKey key, ServerSocketChannel listener, Selector selector, ByteBuffer bytes) {
    try {
      if (key.isAcceptable()) {
        SocketChannel accepted = listener.accept();
        accepted.configureBlocking(false);
        accepted.register(selector, SelectionKey.OP_READ);
        return;
      }
      SocketChannel channel = (SocketChannel) key.channel();
      bytes.clear();
      if (channel.read(bytes) < 0) {
        channel.close();
        return;
      }
      bytes.flip();
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
    } catch (IOException e) {
      try {
        key.channel().close();
      } catch (IOException closing) {
        // It was to go anyway.
      }
    }
  }
}
