package io.vmessproxy.client;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** The way to a server, which a test can spoil: a relay of one port. */
final class Door implements AutoCloseable {
  private final int server;
  private final int port;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private final AtomicInteger passed = new AtomicInteger();
  private volatile Mode mode = Mode.PASS;
  private volatile ServerSocket listening;

  /** What becomes of a connection. */
  enum Mode {
    /** It goes to the server. */
    PASS,
    /** Nobody listens. */
    REFUSE,
    /** It is accepted and read, and that is all. */
    SILENT,
    /** It ends with FIN behind the first bytes of the client. */
    CLOSE,
    /** It ends with RST behind the first bytes of the server. */
    RESET
  }

  /**
   * @param server the port behind it
   */
  Door(int server) throws IOException {
    this.server = server;
    this.listening = listen(0);
    this.port = listening.getLocalPort();
  }

  private ServerSocket listen(int at) throws IOException {
    ServerSocket socket = new ServerSocket();
    socket.setReuseAddress(true);
    socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), at), 200);
    inBackground(
        () -> {
          while (true) {
            Socket client = socket.accept();
            inBackground(() -> serve(client));
          }
        });
    return socket;
  }

  int port() {
    return port;
  }

  /** How many connections have gone to the server. */
  int passed() {
    return passed.get();
  }

  /** From now on, and for connections that are open. */
  void set(Mode newMode) throws IOException {
    mode = newMode;
    if (newMode == Mode.REFUSE) {
      listening.close();
      cut();
    } else if (listening.isClosed()) {
      listening = listen(port);
    }
  }

  /** Resets what is open now. */
  void cut() throws IOException {
    for (Socket socket : open) {
      try {
        socket.setSoLinger(true, 0);
      } catch (SocketException e) {
        // It is closed already.
      }
      socket.close();
    }
  }

  private void serve(Socket client) throws IOException {
    open.add(client);
    try (client) {
      Mode now = mode;
      switch (now) {
        case REFUSE -> client.setSoLinger(true, 0);
        case SILENT -> client.getInputStream().transferTo(java.io.OutputStream.nullOutputStream());
        case CLOSE -> {
          byte[] header = new byte[4096];
          int read = client.getInputStream().read(header);
          client.shutdownOutput();
          if (read > 0) {
            client.getInputStream().transferTo(java.io.OutputStream.nullOutputStream());
          }
        }
        case PASS, RESET -> relay(client, now);
      }
    } finally {
      open.remove(client);
    }
  }

  private void relay(Socket client, Mode now) throws IOException {
    try (Socket behind = new Socket(InetAddress.getLoopbackAddress(), server)) {
      passed.incrementAndGet();
      inBackground(
          () -> {
            client.getInputStream().transferTo(behind.getOutputStream());
            behind.shutdownOutput();
          });
      InputStream answers = behind.getInputStream();
      byte[] some = new byte[8192];
      for (int read = answers.read(some); read > 0; read = answers.read(some)) {
        if (now == Mode.RESET) {
          client.getOutputStream().write(some, 0, Math.min(5, read));
          client.setSoLinger(true, 0);
          return;
        }
        if (mode == Mode.SILENT) {
          continue;
        }
        client.getOutputStream().write(some, 0, read);
      }
      client.shutdownOutput();
    }
  }

  private interface Blocking {
    void run() throws IOException;
  }

  private static void inBackground(Blocking work) {
    Thread thread =
        new Thread(
            () -> {
              try {
                work.run();
              } catch (IOException over) {
                // One side has gone.
              }
            },
            "door");
    thread.setDaemon(true);
    thread.start();
  }

  @Override
  public void close() throws IOException {
    listening.close();
    for (Socket socket : open) {
      socket.close();
    }
  }
}
