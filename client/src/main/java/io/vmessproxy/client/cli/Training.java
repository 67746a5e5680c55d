package io.vmessproxy.client.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.Writer;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine;

/**
 * A program of its own: uses this one for some seconds, server and client in one JVM, so that the
 * JVM can write down what it has loaded and compiled for later starts ({@code
 * -XX:ArchiveClassesAtExit}, {@code -XX:AOTCacheOutput}). Uses the loopback only. Exits with 0 when
 * all went well.
 */
public final class Training {
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final int SOCKET_MILLIS = 10_000;
  private static final int TOLD_MILLIS = 15_000;
  private static final int ROUNDS = 3;
  private static final int BYTES = 2 << 20;
  private static final List<String> SECURITIES =
      List.of("aes-128-gcm", "chacha20-poly1305", "none");
  private static final String LISTENING = "listening ";
  private static final String REQUEST_END = "\r\n\r\n";
  private static final InetAddress HERE = InetAddress.getLoopbackAddress();

  private Training() {}

  /** Takes no arguments. */
  public static void main(String[] none) {
    daemon(Training::giveUp, "watchdog");
    int exit = ExitCode.OK;
    try {
      train();
    } catch (IOException | InterruptedException | RuntimeException e) {
      System.err.println("training failed: " + e);
      exit = ExitCode.FAILURE;
    }
    System.exit(exit);
  }

  private static void giveUp() {
    try {
      TimeUnit.MILLISECONDS.sleep(LIMIT.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    Runtime.getRuntime().halt(ExitCode.FAILURE);
  }

  private static void train() throws IOException, InterruptedException {
    String id = UUID.randomUUID().toString();
    try (ServerSocket target = new ServerSocket(0, 0, HERE)) {
      daemon(() -> accept(target), "target");
      String server = begin("serve", "--quiet", "--inbound", "127.0.0.1:0", "--client", id);
      for (String security : SECURITIES) {
        use(
            port(
                begin(
                    "run",
                    "--quiet",
                    "--listen",
                    "127.0.0.1:0",
                    "--server",
                    server,
                    "--user",
                    id + ",security=" + security)),
            target.getLocalPort());
      }
    }
  }

  /** Starts a command line, which goes on; gives the address where it listens. */
  private static String begin(String... arguments) throws InterruptedException {
    Lines lines = new Lines();
    CommandLine commandLine = Main.commandLine(new RunCommand(), Map.of());
    commandLine.setOut(lines);
    daemon(() -> commandLine.execute(arguments), arguments[0]);
    String line = lines.whole.poll(TOLD_MILLIS, TimeUnit.MILLISECONDS);
    if (line == null || !line.startsWith(LISTENING)) {
      throw new IllegalStateException("\"%s\" (expected: %s...)".formatted(line, LISTENING));
    }
    return line.substring(line.lastIndexOf(' ') + 1);
  }

  private static int port(String address) {
    return Integer.parseInt(address.substring(address.lastIndexOf(':') + 1));
  }

  private static void use(int proxy, int target) throws IOException, InterruptedException {
    for (int i = 0; i < ROUNDS; i++) {
      bySocks(proxy, target);
      byConnect(proxy, target);
      byRequest(proxy, target);
    }
  }

  private static void bySocks(int proxy, int target) throws IOException, InterruptedException {
    try (Socket socket = dial(proxy)) {
      OutputStream out = socket.getOutputStream();
      InputStream in = socket.getInputStream();
      out.write(new byte[] {5, 1, 0});
      in.readNBytes(2);
      out.write(new byte[] {5, 1, 0, 1, 127, 0, 0, 1, (byte) (target >> 8), (byte) target});
      in.readNBytes(10);
      echo(out, in);
    }
  }

  private static void byConnect(int proxy, int target) throws IOException, InterruptedException {
    try (Socket socket = dial(proxy)) {
      OutputStream out = socket.getOutputStream();
      InputStream in = socket.getInputStream();
      out.write(
          ascii(
              "CONNECT 127.0.0.1:%d HTTP/1.1\r\nHost: 127.0.0.1%s".formatted(target, REQUEST_END)));
      readHead(in);
      echo(out, in);
    }
  }

  private static void byRequest(int proxy, int target) throws IOException {
    try (Socket socket = dial(proxy)) {
      socket
          .getOutputStream()
          .write(
              ascii(
                  "GET http://127.0.0.1:%d/ HTTP/1.1\r\nHost: 127.0.0.1%s"
                      .formatted(target, REQUEST_END)));
      readHead(socket.getInputStream());
    }
  }

  private static Socket dial(int port) throws IOException {
    Socket socket = new Socket(HERE, port);
    socket.setTcpNoDelay(true);
    socket.setSoTimeout(SOCKET_MILLIS);
    return socket;
  }

  private static void readHead(InputStream in) throws IOException {
    StringBuilder head = new StringBuilder();
    while (head.indexOf(REQUEST_END) < 0) {
      int read = in.read();
      if (read < 0) {
        throw new IOException("closed after \"%s\"".formatted(head));
      }
      head.append((char) read);
    }
    if (!head.toString().startsWith("HTTP/1.1 200 ")) {
      throw new IOException("\"%s\" (expected: HTTP/1.1 200)".formatted(head));
    }
  }

  private static void echo(OutputStream out, InputStream in)
      throws IOException, InterruptedException {
    byte[] some = new byte[1 << 16];
    Thread writer =
        daemon(
            () -> {
              try {
                for (int i = 0; i < BYTES / some.length; i++) {
                  out.write(some);
                }
              } catch (IOException e) {
                // The reader will say so.
              }
            },
            "writer");
    if (in.readNBytes(BYTES).length < BYTES) {
      throw new IOException("closed amid what it was to send back");
    }
    writer.join();
  }

  private static void accept(ServerSocket target) {
    while (!target.isClosed()) {
      try {
        Socket socket = target.accept();
        daemon(() -> serve(socket), "target");
      } catch (IOException e) {
        return; // Closed.
      }
    }
  }

  /** Answers a request; whatever else comes goes back. */
  private static void serve(Socket socket) {
    byte[] some = new byte[1 << 16];
    try (socket) {
      InputStream in = socket.getInputStream();
      OutputStream out = socket.getOutputStream();
      for (int read = in.read(some); read >= 0; read = in.read(some)) {
        if (some[0] == 'G') {
          out.write(ascii("HTTP/1.1 200 OK\r\nContent-Length: 0" + REQUEST_END));
        } else {
          out.write(some, 0, read);
        }
      }
    } catch (IOException e) {
      // The client will say so.
    }
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  private static Thread daemon(Runnable work, String name) {
    Thread thread = new Thread(work, name);
    thread.setDaemon(true);
    thread.start();
    return thread;
  }

  /** Keeps the lines. */
  private static final class Lines extends PrintWriter {
    private final BlockingQueue<String> whole = new LinkedBlockingQueue<>();

    Lines() {
      super(Writer.nullWriter());
    }

    @Override
    public void println(String line) {
      whole.add(line);
    }
  }
}
