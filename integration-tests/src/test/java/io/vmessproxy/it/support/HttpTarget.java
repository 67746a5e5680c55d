package io.vmessproxy.it.support;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A web server on this machine's loopback, the far end of the tests.
 *
 * <ul>
 *   <li>{@code GET /bytes?n=N}: N bytes of {@link TestBytes} with the seed N, with their length;
 *       {@code &chunked=1} without
 *   <li>{@code POST} or {@code PUT /sink}: the length and SHA-256 of the body
 *   <li>{@code GET /meet?n=N}: 204, but to nobody before N requests stand here at once
 *   <li>{@code /site/}: a page with sub-resources and a form, see {@link Site}
 * </ul>
 */
public final class HttpTarget implements AutoCloseable {
  private static final int MEET_SECONDS = 20;

  private final HttpServer server;
  private final ExecutorService threads;
  private final AtomicInteger requests = new AtomicInteger();
  private final Map<Integer, CountDownLatch> meetings = new HashMap<>();

  private HttpTarget(HttpServer server, ExecutorService threads) {
    this.server = server;
    this.threads = threads;
  }

  public static HttpTarget start() {
    return start("127.0.0.1");
  }

  /**
   * Starts it on a free port.
   *
   * @param address of this machine, IPv4 or IPv6
   */
  public static HttpTarget start(String address) {
    try {
      InetSocketAddress free = new InetSocketAddress(InetAddress.getAllByName(address)[0], 0);
      HttpTarget target =
          new HttpTarget(HttpServer.create(free, 256), Executors.newCachedThreadPool());
      target.serve("/bytes", target::bytes);
      target.serve("/sink", HttpTarget::sink);
      target.serve("/meet", target::meet);
      target.serve("/site/", new Site());
      target.server.setExecutor(target.threads);
      target.server.start();
      return target;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void serve(String path, HttpHandler handler) {
    server.createContext(
        path,
        exchange -> {
          requests.incrementAndGet();
          try (exchange) {
            handler.handle(exchange);
          }
        });
  }

  public int port() {
    return server.getAddress().getPort();
  }

  /** How many requests have come. */
  public int requests() {
    return requests.get();
  }

  /** The URL of something here, for an application that calls this machine {@code host}. */
  public String url(String host, String path) {
    return "http://" + host + ":" + port() + path;
  }

  private void bytes(HttpExchange exchange) throws IOException {
    long size = parameter(exchange, "n");
    boolean chunked = parameter(exchange, "chunked") == 1;
    // For this server -1 means no body, and 0 a chunked one.
    exchange.sendResponseHeaders(200, chunked ? 0 : size == 0 ? -1 : size);
    if (size > 0 || chunked) {
      try (OutputStream body = exchange.getResponseBody()) {
        TestBytes.write(body, size, size);
      }
    }
  }

  private static void sink(HttpExchange exchange) throws IOException {
    reply(exchange, "text/plain", TestBytes.summary(exchange.getRequestBody()));
  }

  private void meet(HttpExchange exchange) throws IOException {
    int wanted = (int) parameter(exchange, "n");
    CountDownLatch all;
    synchronized (meetings) {
      all = meetings.computeIfAbsent(wanted, CountDownLatch::new);
    }
    all.countDown();
    boolean met = false;
    try {
      met = all.await(MEET_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    exchange.sendResponseHeaders(met ? 204 : 504, -1);
  }

  private static long parameter(HttpExchange exchange, String name) {
    @Nullable String query = exchange.getRequestURI().getQuery();
    for (String pair : (query == null ? "" : query).split("&", -1)) {
      if (pair.startsWith(name + "=")) {
        return Long.parseLong(pair.substring(name.length() + 1));
      }
    }
    return 0;
  }

  static void reply(HttpExchange exchange, String type, String body) throws IOException {
    byte[] bytes = body.getBytes(UTF_8);
    exchange.getResponseHeaders().set("Content-Type", type);
    exchange.sendResponseHeaders(200, bytes.length);
    exchange.getResponseBody().write(bytes);
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
