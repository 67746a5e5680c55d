package io.vmessproxy.it.support;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * A server as it is from far away: whatever is sent arrives half a round trip later, in both
 * directions, however much of it there is. The handshake of TCP takes a whole one, too; as the
 * system does it at once, the first bytes arrive later by that much.
 */
public final class LongPath implements AutoCloseable {
  private final ServerSocket listening;
  private final int server;
  private final long roundTripNanos;
  private final ExecutorService threads = Executors.newCachedThreadPool(LongPath::daemon);

  private LongPath(ServerSocket listening, int server, long roundTripNanos) {
    this.listening = listening;
    this.server = server;
    this.roundTripNanos = roundTripNanos;
  }

  /** To a port of this machine. */
  public static LongPath to(int server, int roundTripMillis) {
    try {
      ServerSocket listening = new ServerSocket(0, 128, InetAddress.getLoopbackAddress());
      LongPath path =
          new LongPath(listening, server, TimeUnit.MILLISECONDS.toNanos(roundTripMillis));
      path.threads.execute(path::accept);
      return path;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Thread daemon(Runnable work) {
    Thread thread = new Thread(work, "long-path");
    thread.setDaemon(true);
    return thread;
  }

  /** Its near end. */
  public int port() {
    return listening.getLocalPort();
  }

  private void accept() {
    while (!listening.isClosed()) {
      try {
        Socket client = listening.accept();
        Socket behind = new Socket(InetAddress.getLoopbackAddress(), server);
        client.setTcpNoDelay(true);
        behind.setTcpNoDelay(true);
        long standsNanos = System.nanoTime() + roundTripNanos;
        new Direction(client, behind, standsNanos).start();
        new Direction(behind, client, standsNanos).start();
      } catch (IOException e) {
        return; // Closed.
      }
    }
  }

  @Override
  public void close() throws IOException {
    listening.close();
    threads.shutdownNow();
  }

  /** What arrives when; no bytes: the end. */
  private record Flight(ByteBuffer bytes, long atNanos) {}

  private final class Direction {
    private final Socket from;
    private final Socket to;
    private final long standsNanos;
    private final BlockingQueue<Flight> flights = new LinkedBlockingQueue<>();

    Direction(Socket from, Socket to, long standsNanos) {
      this.from = from;
      this.to = to;
      this.standsNanos = standsNanos;
    }

    void start() {
      threads.execute(this::read);
      threads.execute(this::write);
    }

    private void read() {
      byte[] some = new byte[1 << 16];
      try {
        InputStream in = from.getInputStream();
        for (int read = in.read(some); read >= 0; read = in.read(some)) {
          fly(ByteBuffer.wrap(Arrays.copyOf(some, read)));
        }
      } catch (IOException e) {
        // It ends there.
      }
      fly(ByteBuffer.allocate(0));
    }

    private void fly(ByteBuffer bytes) {
      long sent = Math.max(System.nanoTime(), standsNanos);
      flights.add(new Flight(bytes, sent + roundTripNanos / 2));
    }

    private void write() {
      try {
        OutputStream out = to.getOutputStream();
        for (Flight next = flights.take(); next.bytes().hasRemaining(); next = flights.take()) {
          TimeUnit.NANOSECONDS.sleep(next.atNanos() - System.nanoTime());
          out.write(next.bytes().array());
        }
        to.close();
      } catch (IOException e) {
        // Its reader has gone.
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
