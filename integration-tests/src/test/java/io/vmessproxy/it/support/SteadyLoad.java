package io.vmessproxy.it.support;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * So many requests a second, each begun at its time whether or not those before it are done; each
 * may be repeated without harm. Answers are compared byte for byte.
 */
public final class SteadyLoad implements AutoCloseable {
  private static final int TIMEOUT_MILLIS = 15_000;

  /** As much of a ClientHello as a relay looks at: one record, one message. */
  private static final byte[] HELLO = hello();

  private static final byte[] HELLO_ANSWER = "hello yourself".getBytes(StandardCharsets.US_ASCII);
  private static final int[] SIZES = {200, 500, 1000, 2000, 4000};

  /** How a request gets to the proxy. */
  public enum Kind {
    /** {@code GET http://...} */
    PLAIN,
    /** A GET in a CONNECT tunnel. */
    CONNECT,
    /** A GET in a SOCKS5 tunnel. */
    SOCKS5,
    /** A ClientHello in a SOCKS5 tunnel. */
    HELLO
  }

  /**
   * One request.
   *
   * @param startNanos when it was due
   * @param lateNanos how much later it was begun
   * @param error null: the whole answer came
   */
  public record Outcome(Kind kind, long startNanos, long lateNanos, long tookNanos, String error) {
    /** Whether it got its whole answer. */
    public boolean ok() {
      return error == null;
    }
  }

  private final int proxy;
  private final int target;
  private final int[] sizes;
  private final Kind[] kinds;
  private final ScheduledExecutorService clock = Executors.newScheduledThreadPool(1);
  private final ExecutorService threads =
      Executors.newCachedThreadPool(
          work -> {
            Thread thread = new Thread(null, work, "load", 256 * 1024);
            thread.setDaemon(true);
            return thread;
          });
  private final List<Outcome> outcomes = Collections.synchronizedList(new ArrayList<>());
  private final AtomicInteger begun = new AtomicInteger();

  /**
   * @param kinds taken in turn
   */
  public SteadyLoad(int proxy, int target, Kind... kinds) {
    this(proxy, target, SIZES, kinds);
  }

  /**
   * @param sizes of the answers, taken in turn
   * @param kinds taken in turn
   */
  public SteadyLoad(int proxy, int target, int[] sizes, Kind... kinds) {
    this.proxy = proxy;
    this.target = target;
    this.sizes = sizes.clone();
    this.kinds = kinds.clone();
  }

  /** A target for it. */
  public static TcpTarget target() {
    return TcpTarget.forgetful(SteadyLoad::answer);
  }

  private static void answer(Socket socket) throws IOException {
    socket.setTcpNoDelay(true);
    socket.setSoTimeout(TIMEOUT_MILLIS);
    InputStream in = socket.getInputStream();
    byte[] head = new byte[2048];
    int length = 0;
    while (length < head.length) {
      int read = in.read(head, length, head.length - length);
      if (read < 0) {
        return;
      }
      length += read;
      if (head[0] == HELLO[0] && length == HELLO.length) {
        socket.getOutputStream().write(HELLO_ANSWER);
        return;
      }
      String text = new String(head, 0, length, StandardCharsets.US_ASCII);
      if (text.endsWith("\r\n\r\n")) {
        int from = text.indexOf("/?") + 2;
        int size = Integer.parseInt(text.substring(from, text.indexOf(' ', from)));
        socket.getOutputStream().write(response(size));
        return;
      }
    }
  }

  private static byte[] response(int size) {
    byte[] head =
        "HTTP/1.1 200 OK\r\nContent-Length: %d\r\nConnection: close\r\n\r\n"
            .formatted(size)
            .getBytes(StandardCharsets.US_ASCII);
    byte[] all = Arrays.copyOf(head, head.length + size);
    for (int i = head.length; i < all.length; i++) {
      all[i] = (byte) (i * 31 + size);
    }
    return all;
  }

  private static byte[] hello() {
    byte[] hello = new byte[300];
    byte[] head = {22, 3, 1, 1, 39, 1, 0, 1, 35, 3, 3};
    System.arraycopy(head, 0, hello, 0, head.length);
    return hello;
  }

  /** Begins. */
  public void start(int aSecond) {
    long first = System.nanoTime();
    long step = TimeUnit.SECONDS.toNanos(1) / aSecond;
    clock.scheduleAtFixedRate(() -> begin(first, step), 0, step, TimeUnit.NANOSECONDS);
  }

  private void begin(long first, long step) {
    int number = begun.getAndIncrement();
    long due = first + number * step;
    threads.execute(() -> outcomes.add(request(number, due)));
  }

  /** Ends, waits for the last ones, and tells of all. */
  public List<Outcome> finish() {
    clock.shutdownNow();
    threads.shutdown();
    try {
      if (!threads.awaitTermination(2 * TIMEOUT_MILLIS, TimeUnit.MILLISECONDS)) {
        throw new AssertionError("requests that do not end");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return List.copyOf(outcomes);
  }

  private Outcome request(int number, long due) {
    Kind kind = kinds[number % kinds.length];
    int size = sizes[number / kinds.length % sizes.length];
    long begin = System.nanoTime();
    String error = null;
    try {
      byte[] wanted = kind == Kind.HELLO ? HELLO_ANSWER : response(size);
      byte[] got = exchange(kind, size);
      error = differs(kind, wanted, got);
    } catch (IOException e) {
      error = String.valueOf(e.getMessage());
    }
    if (error != null) {
      error += ", of " + size;
    }
    return new Outcome(kind, due, begin - due, System.nanoTime() - begin, error);
  }

  private static String differs(Kind kind, byte[] wanted, byte[] got) {
    if (Arrays.equals(wanted, got)) {
      return null;
    }
    if (kind == Kind.PLAIN && got.length >= wanted.length) {
      // Its head is the proxy's own.
      int body = indexOfBody(wanted);
      int gotBody = indexOfBody(got);
      if (gotBody > 0
          && new String(got, 0, 12, StandardCharsets.US_ASCII).equals("HTTP/1.1 200")
          && Arrays.equals(wanted, body, wanted.length, got, gotBody, got.length)) {
        return null;
      }
    }
    return "got %d bytes: %s"
        .formatted(
            got.length,
            new String(got, 0, Math.min(60, got.length), StandardCharsets.ISO_8859_1)
                .replaceAll("[^ -~]", "."));
  }

  private static int indexOfBody(byte[] answer) {
    return new String(answer, StandardCharsets.ISO_8859_1).indexOf("\r\n\r\n") + 4;
  }

  private byte[] exchange(Kind kind, int size) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), proxy)) {
      socket.setTcpNoDelay(true);
      socket.setSoTimeout(TIMEOUT_MILLIS);
      String authority = "127.0.0.1:" + target;
      String get = "GET %s/?%d HTTP/1.1\r\nHost: %s\r\n%s\r\n";
      switch (kind) {
        case PLAIN -> {
          send(
              socket,
              get.formatted("http://" + authority, size, authority, "Connection: close\r\n"));
          return socket.getInputStream().readAllBytes();
        }
        case CONNECT -> {
          send(socket, "CONNECT %1$s HTTP/1.1\r\nHost: %1$s\r\n\r\n".formatted(authority));
          String answer = readHead(socket.getInputStream());
          if (!answer.startsWith("HTTP/1.1 200")) {
            throw new IOException(answer.lines().findFirst().orElse("no answer to CONNECT"));
          }
          send(socket, get.formatted("", size, authority, ""));
        }
        case SOCKS5, HELLO -> {
          socks(socket);
          if (kind == Kind.HELLO) {
            socket.getOutputStream().write(HELLO);
          } else {
            send(socket, get.formatted("", size, authority, ""));
          }
        }
      }
      return socket.getInputStream().readAllBytes();
    }
  }

  private void socks(Socket socket) throws IOException {
    byte[] request = {5, 1, 0, 5, 1, 0, 1, 127, 0, 0, 1, (byte) (target >> 8), (byte) target};
    socket.getOutputStream().write(request, 0, 3);
    byte[] method = socket.getInputStream().readNBytes(2);
    socket.getOutputStream().write(request, 3, request.length - 3);
    byte[] reply = socket.getInputStream().readNBytes(10);
    if (method.length < 2 || reply.length < 10 || reply[1] != 0) {
      throw new IOException("SOCKS reply " + (reply.length > 1 ? reply[1] : "missing"));
    }
  }

  private static void send(Socket socket, String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
  }

  private static String readHead(InputStream in) throws IOException {
    StringBuilder head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      int next = in.read();
      if (next < 0) {
        throw new IOException("ended amid its answer to CONNECT");
      }
      head.append((char) next);
    }
    return head.toString();
  }

  @Override
  public void close() {
    clock.shutdownNow();
    threads.shutdownNow();
  }
}
