package io.vmessproxy.it.support;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * The way to a server, which goes bad in many ways: for new connections, and for those that are
 * open. It notes when connections come.
 */
public final class FaultRelay implements AutoCloseable {
  private static final int CHUNK = 16 * 1024;
  private static final int CRAWL_BYTES_A_SECOND = 1024;
  private static final int THROTTLED_BYTES_A_SECOND = 256 * 1024;
  private static final int DELAY_MILLIS = 200;

  /** What becomes of connections. */
  public enum Fault {
    /** All is well. */
    NONE,
    /** Nobody listens, and what is open is reset. */
    REFUSE,
    /** No packet is answered: connections do not even open. */
    BLACKHOLE,
    /** Connections open and are read, and that is all. */
    SILENT,
    /** The server's answer is cut by RST amid its header. */
    RESET_MID_HEADER,
    /** FIN behind the client's header, without an answer. */
    CLOSE_AFTER_HEADER,
    /** 1 KB/s each way. */
    CRAWL,
    /** 200 ms each way. */
    DELAY,
    /** Nothing moves for seconds, now and then. */
    STALL,
    /** 256 KB/s each way. */
    THROTTLE,
    /** RST somewhere amid the bytes. */
    CUT,
    /** Nothing moves until it ends. */
    DARK
  }

  private final int server;
  private final int port;
  private final ExecutorService threads = Executors.newCachedThreadPool(FaultRelay::daemon);
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private final Queue<Long> accepted = new ConcurrentLinkedQueue<>();
  private final List<Socket> backlog = new ArrayList<>();
  private volatile Fault fault = Fault.NONE;
  private volatile ServerSocket listening;
  private volatile Future<?> accepting = CompletableFuture.completedFuture(null);

  private FaultRelay(int server) throws IOException {
    this.server = server;
    // While it refuses, no outgoing connection may take its port.
    this.listening = listen(Ports.free(), 512);
    this.port = listening.getLocalPort();
    accept(listening);
  }

  private static Thread daemon(Runnable work) {
    Thread thread = new Thread(null, work, "fault-relay", 256 * 1024);
    thread.setDaemon(true);
    return thread;
  }

  /** In front of a port of this machine. */
  public static FaultRelay before(int server) {
    try {
      return new FaultRelay(server);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static ServerSocket listen(int port, int backlog) throws IOException {
    ServerSocket socket = new ServerSocket();
    socket.setReuseAddress(true);
    socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), backlog);
    return socket;
  }

  private void accept(ServerSocket socket) {
    accepting =
        threads.submit(
            () -> {
              while (!socket.isClosed()) {
                try {
                  Socket client = socket.accept();
                  accepted.add(System.nanoTime());
                  threads.execute(() -> serve(client));
                } catch (IOException e) {
                  return; // Closed.
                }
              }
            });
  }

  /** Where it listens. */
  public int port() {
    return port;
  }

  /** When connections came, by {@link System#nanoTime}. */
  public List<Long> accepted() {
    return List.copyOf(accepted);
  }

  /** How many came between these two times. */
  public long accepted(long fromNanos, long toNanos) {
    return accepted.stream().filter(at -> at - fromNanos >= 0 && at - toNanos < 0).count();
  }

  /** Goes bad, or well again. */
  public void set(Fault next) {
    try {
      Fault before = fault;
      if (next == before) {
        return;
      }
      fault = next;
      if (before == Fault.REFUSE || before == Fault.BLACKHOLE) {
        listenAgain();
      }
      if (next == Fault.REFUSE) {
        stopListening();
        resetAll();
      } else if (next == Fault.BLACKHOLE) {
        stopListening();
        fillBacklog();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The system gives the port up when the thread that accepts is out of its call. */
  private void stopListening() throws IOException {
    listening.close();
    Wait.until(Duration.ofSeconds(10), accepting::isDone, () -> "still accepts at " + port);
  }

  private void listenAgain() throws IOException {
    stopListening();
    for (Socket socket : backlog) {
      socket.close();
    }
    backlog.clear();
    listening = listen(port, 512);
    accept(listening);
  }

  private void resetAll() throws IOException {
    for (Socket socket : open) {
      socket.setSoLinger(true, 0);
      socket.close();
    }
  }

  /** A queue that is full and never accepted from: SYNs are dropped, as by a firewall. */
  private void fillBacklog() throws IOException {
    ServerSocket full = listen(port, 1);
    listening = full;
    for (int i = 0; i < 8; i++) {
      Socket socket = new Socket();
      backlog.add(socket);
      try {
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 100);
      } catch (IOException e) {
        return; // As wanted: it is full.
      }
    }
  }

  private void serve(Socket client) {
    open.add(client);
    try (client;
        Socket behind = new Socket(InetAddress.getLoopbackAddress(), server)) {
      client.setTcpNoDelay(true);
      behind.setTcpNoDelay(true);
      Thread up = daemon(() -> pump(client, behind, false));
      up.start();
      pump(behind, client, true);
      up.join();
    } catch (IOException e) {
      // One of the ends has gone.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      open.remove(client);
    }
  }

  private void pump(Socket from, Socket to, boolean answers) {
    Random random = new Random(port * 31L + System.nanoTime());
    long cutAt = 1L + random.nextInt(200_000);
    long passed = 0;
    byte[] some = new byte[CHUNK];
    try {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      for (int read = in.read(some); read >= 0; read = in.read(some)) {
        passed += read;
        if (!pass(some, read, from, to, out, answers, passed, cutAt, random)) {
          return;
        }
      }
      if (fault != Fault.SILENT && fault != Fault.BLACKHOLE) {
        to.shutdownOutput();
      }
    } catch (IOException e) {
      close(from);
      close(to);
    }
  }

  private boolean pass(
      byte[] some,
      int read,
      Socket from,
      Socket to,
      OutputStream out,
      boolean answers,
      long passed,
      long cutAt,
      Random random)
      throws IOException {
    switch (fault) {
      case SILENT, BLACKHOLE -> {
        return true; // Lost.
      }
      case RESET_MID_HEADER -> {
        if (answers) {
          out.write(some, 0, Math.min(5, read));
          to.setSoLinger(true, 0);
          close(to);
          close(from);
          return false;
        }
      }
      case CLOSE_AFTER_HEADER -> {
        if (!answers) {
          from.shutdownOutput();
          return true;
        }
      }
      case CRAWL -> {
        trickle(some, read, out, CRAWL_BYTES_A_SECOND);
        return true;
      }
      case THROTTLE -> {
        trickle(some, read, out, THROTTLED_BYTES_A_SECOND);
        return true;
      }
      case DELAY -> sleep(DELAY_MILLIS);
      case STALL -> {
        if (random.nextInt(20) == 0) {
          sleep(2000);
        }
      }
      case CUT -> {
        if (passed > cutAt) {
          out.write(some, 0, random.nextInt(read));
          to.setSoLinger(true, 0);
          close(to);
          close(from);
          return false;
        }
      }
      case DARK -> {
        while (fault == Fault.DARK) {
          sleep(20);
        }
      }
      case NONE, REFUSE -> {
        // It passes.
      }
    }
    out.write(some, 0, read);
    return true;
  }

  private static void trickle(byte[] some, int read, OutputStream out, int bytesASecond)
      throws IOException {
    int step = Math.max(1, bytesASecond / 20);
    for (int at = 0; at < read; at += step) {
      out.write(some, at, Math.min(step, read - at));
      sleep(50);
    }
  }

  private static void sleep(long millis) {
    try {
      TimeUnit.MILLISECONDS.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void close(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      // It was to go anyway.
    }
  }

  @Override
  public void close() {
    threads.shutdownNow();
    close(listening);
    open.forEach(FaultRelay::close);
    backlog.forEach(FaultRelay::close);
  }

  private static void close(ServerSocket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      // It was to go anyway.
    }
  }
}
