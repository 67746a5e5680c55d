package io.vmessproxy.it.support;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;

/** A TCP server on this machine's loopback that does one thing with each connection. */
public final class TcpTarget implements AutoCloseable {
  /** What is done with a connection; it is closed afterwards. */
  @FunctionalInterface
  public interface Service {
    void serve(Socket socket) throws IOException;
  }

  private final ServerSocket listener;
  private final Service service;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final boolean forgetful;
  private final List<Socket> accepted = new CopyOnWriteArrayList<>();
  private final List<Socket> ended = new CopyOnWriteArrayList<>();

  private TcpTarget(ServerSocket listener, Service service, boolean forgetful) {
    this.forgetful = forgetful;
    this.listener = listener;
    this.service = service;
  }

  public static TcpTarget start(Service service) {
    return start(service, false);
  }

  /** One for any number of connections: {@link #accepted} and {@link #ended} know of none. */
  public static TcpTarget forgetful(Service service) {
    return start(service, true);
  }

  private static TcpTarget start(Service service, boolean forgetful) {
    try {
      ServerSocket listener = new ServerSocket(0, 256, InetAddress.getLoopbackAddress());
      TcpTarget target = new TcpTarget(listener, service, forgetful);
      target.threads.execute(target::accept);
      return target;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Says nothing before the application has ended its direction; then repeats all it got. */
  public static TcpTarget echoAfterEnd() {
    return start(socket -> socket.getOutputStream().write(socket.getInputStream().readAllBytes()));
  }

  /** Repeats what it gets as it comes. */
  public static TcpTarget echo() {
    return start(socket -> socket.getInputStream().transferTo(socket.getOutputStream()));
  }

  /** Takes connections and bytes, and never says a word. */
  public static TcpTarget silent() {
    return start(socket -> socket.getInputStream().readAllBytes());
  }

  /** Sends as many bytes of {@link TestBytes}, unasked. */
  public static TcpTarget source(long bytes) {
    return start(socket -> TestBytes.write(socket.getOutputStream(), bytes, bytes));
  }

  /** Passes everything on to another port of this machine, and so counts the connections to it. */
  public static TcpTarget relay(int port) {
    return relay(port, OutputStream::nullOutputStream);
  }

  /**
   * As {@link #relay(int)}.
   *
   * @param taps gives for each connection what gets to see all that its client says
   */
  static TcpTarget relay(int port, Supplier<OutputStream> taps) {
    return start(
        socket -> {
          try (Socket on = new Socket(InetAddress.getLoopbackAddress(), port)) {
            on.setTcpNoDelay(true);
            socket.setTcpNoDelay(true);
            OutputStream nobody = OutputStream.nullOutputStream();
            Thread back = new Thread(() -> pass(on, socket, nobody), "relay");
            back.start();
            pass(socket, on, taps.get());
            back.join();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        });
  }

  /** Copies one direction and ends it. */
  private static void pass(Socket from, Socket to, OutputStream tap) {
    try {
      byte[] some = new byte[32 * 1024];
      for (int n = from.getInputStream().read(some); n >= 0; n = from.getInputStream().read(some)) {
        tap.write(some, 0, n);
        to.getOutputStream().write(some, 0, n);
      }
      to.shutdownOutput();
    } catch (IOException e) {
      closeQuietly(from);
      closeQuietly(to);
    }
  }

  private static void closeQuietly(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      // It was to go anyway.
    }
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        Socket socket = listener.accept();
        if (!forgetful) {
          accepted.add(socket);
        }
        threads.execute(() -> serve(socket));
      } catch (IOException e) {
        // The test is over, and the listener closed.
        return;
      }
    }
  }

  private void serve(Socket socket) {
    try (socket) {
      service.serve(socket);
    } catch (IOException e) {
      // The other end has gone: many tests want just that, and look at ended().
    } finally {
      if (!forgetful) {
        ended.add(socket);
      }
    }
  }

  public int port() {
    return listener.getLocalPort();
  }

  /** Connections so far. */
  public List<Socket> accepted() {
    return accepted;
  }

  /** How many of them are over. */
  public int ended() {
    return ended.size();
  }

  @Override
  public void close() {
    try {
      listener.close();
      for (Socket socket : accepted) {
        socket.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      threads.shutdownNow();
    }
  }
}
