package io.vmessproxy.client.fetch;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;

/** A server that answers the head of each connection's request with bytes of the test's choice. */
public final class ScriptedServer implements AutoCloseable {
  private final ServerSocket listener;
  private final List<Socket> sockets = new CopyOnWriteArrayList<>();
  private final List<String> heads = new CopyOnWriteArrayList<>();

  private ScriptedServer(Script script) throws IOException {
    listener = new ServerSocket(0, 50, InetAddress.getByAddress(new byte[] {127, 0, 0, 1}));
    daemon(
        () -> {
          while (true) {
            Socket socket = listener.accept();
            sockets.add(socket);
            daemon(() -> script.run(socket));
          }
        });
  }

  /** What to do with each connection; it is closed when the server is, if not before. */
  public static ScriptedServer of(Script script) throws IOException {
    return new ScriptedServer(script);
  }

  /** Closes each connection behind the answer to its request's head. */
  public static ScriptedServer answering(Function<String, byte[]> answers) throws IOException {
    ScriptedServer[] self = new ScriptedServer[1];
    self[0] =
        new ScriptedServer(
            socket -> {
              try (socket) {
                String head = readHead(socket);
                self[0].heads.add(head);
                socket.getOutputStream().write(answers.apply(head));
              }
            });
    return self[0];
  }

  /** The same answer to everyone. */
  public static ScriptedServer answering(String answer) throws IOException {
    return answering(head -> answer.getBytes(StandardCharsets.ISO_8859_1));
  }

  /** Reads up to the empty line. */
  public static String readHead(Socket socket) throws IOException {
    ByteArrayOutputStream head = new ByteArrayOutputStream();
    while (!head.toString(StandardCharsets.ISO_8859_1).endsWith("\r\n\r\n")) {
      int next = socket.getInputStream().read();
      if (next < 0) {
        throw new IOException("closed inside the head");
      }
      head.write(next);
    }
    return head.toString(StandardCharsets.ISO_8859_1);
  }

  /** The heads of the requests so far. */
  public List<String> heads() {
    return heads;
  }

  /** Connections so far. */
  public int connections() {
    return sockets.size();
  }

  public int port() {
    return listener.getLocalPort();
  }

  @Override
  public void close() throws IOException {
    listener.close();
    for (Socket socket : sockets) {
      socket.close();
    }
  }

  private static void daemon(Task task) {
    Thread thread =
        new Thread(
            () -> {
              try {
                task.run();
              } catch (IOException e) {
                // The other end is gone, or the test is over: it tells what it missed.
                return;
              }
            },
            "scripted-server");
    thread.setDaemon(true);
    thread.start();
  }

  @FunctionalInterface
  private interface Task {
    void run() throws IOException;
  }

  /** One connection. */
  @FunctionalInterface
  public interface Script {
    void run(Socket socket) throws IOException;
  }
}
