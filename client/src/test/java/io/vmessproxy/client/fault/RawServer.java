package io.vmessproxy.client.fault;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Accepts connections and does something to each, on a thread of its own. */
final class RawServer implements AutoCloseable {
  /** At least so long is every request header. */
  private static final int HEADER_BYTES = 58;

  private final ServerSocket listening;
  private final Behaviour behaviour;
  private final Set<Socket> accepted = ConcurrentHashMap.newKeySet();

  /** What happens to a connection; it stays open behind it unless it was closed. */
  @FunctionalInterface
  interface Behaviour {
    void meet(Socket connection) throws IOException;
  }

  private RawServer(Behaviour behaviour) throws IOException {
    this.listening = new ServerSocket(0, 100, InetAddress.getLoopbackAddress());
    this.behaviour = behaviour;
  }

  static RawServer start(Behaviour behaviour) throws IOException {
    RawServer server = new RawServer(behaviour);
    inBackground(server::accept);
    return server;
  }

  int port() {
    return listening.getLocalPort();
  }

  private void accept() throws IOException {
    while (true) {
      Socket connection = listening.accept();
      accepted.add(connection);
      inBackground(() -> behaviour.meet(connection));
    }
  }

  static void inBackground(Work work) {
    Thread thread =
        new Thread(
            () -> {
              try {
                work.run();
              } catch (IOException closed) {
                // The other end is gone, or the test is over.
              }
            });
    thread.setDaemon(true);
    thread.start();
  }

  /** Something that blocks. */
  @FunctionalInterface
  interface Work {
    void run() throws IOException;
  }

  /** Reads a header, or as much as every header has. */
  static void readHeader(Socket connection) throws IOException {
    connection.getInputStream().readNBytes(HEADER_BYTES);
  }

  static void readAll(Socket connection) throws IOException {
    byte[] read = new byte[4096];
    int length = 0;
    while (length >= 0) {
      length = connection.getInputStream().read(read);
    }
  }

  static void reset(Socket connection) throws IOException {
    connection.setSoLinger(true, 0);
    connection.close();
  }

  static void send(Socket connection, byte[] bytes) throws IOException {
    connection.getOutputStream().write(bytes);
    connection.getOutputStream().flush();
  }

  /** Ends the connection behind what was sent, whatever was not read. */
  static void finish(Socket connection) throws IOException {
    connection.shutdownOutput();
    readAll(connection);
  }

  @Override
  public void close() throws IOException {
    listening.close();
    for (Socket one : accepted) {
      one.close();
    }
  }
}
