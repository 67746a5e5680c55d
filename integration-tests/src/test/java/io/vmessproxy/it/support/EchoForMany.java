package io.vmessproxy.it.support;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * A TCP echo on several addresses of the loopback that keeps nothing of the connections it had, so
 * that it may have very many.
 */
public final class EchoForMany implements AutoCloseable {
  private static final int ADDRESSES = 8;
  private static final int FIRST = 101;

  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final ServerSocket[] listeners = new ServerSocket[ADDRESSES];

  private EchoForMany() {}

  public static EchoForMany start() {
    EchoForMany echo = new EchoForMany();
    try {
      for (int i = 0; i < ADDRESSES; i++) {
        ServerSocket listener = new ServerSocket(0, 1024, loopback(FIRST + i));
        echo.listeners[i] = listener;
        echo.threads.execute(() -> echo.accept(listener));
      }
      return echo;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** {@code 127.0.0.host}. */
  public static InetAddress loopback(int host) throws IOException {
    return InetAddress.getByAddress(new byte[] {127, 0, 0, (byte) host});
  }

  private void accept(ServerSocket listener) {
    while (!listener.isClosed()) {
      try {
        Socket socket = listener.accept();
        threads.execute(() -> repeat(socket));
      } catch (IOException e) {
        // The test is over, and the listener closed.
        return;
      }
    }
  }

  private static void repeat(Socket socket) {
    try (socket) {
      socket.setTcpNoDelay(true);
      socket.getInputStream().transferTo(socket.getOutputStream());
    } catch (IOException e) {
      // The asker sees it, too.
    }
  }

  /** One of its addresses, in turn. */
  public InetSocketAddress address(int number) {
    ServerSocket listener = listeners[number % ADDRESSES];
    return new InetSocketAddress(listener.getInetAddress(), listener.getLocalPort());
  }

  @Override
  public void close() {
    try {
      for (ServerSocket listener : listeners) {
        listener.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      threads.shutdownNow();
    }
  }
}
