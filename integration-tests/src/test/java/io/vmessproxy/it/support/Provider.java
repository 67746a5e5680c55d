package io.vmessproxy.it.support;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.atomic.AtomicInteger;

/** A provider of one subscription, at a URL that holds a secret wherever a URL can hold one. */
public final class Provider implements AutoCloseable {
  /** What may be seen nowhere. */
  public static final String TOKEN = "c0ffee7f3a9b21";

  private final HttpServer server;
  private final AtomicInteger requests = new AtomicInteger();
  private volatile String body;

  private Provider(HttpServer server, String body) {
    this.server = server;
    this.body = body;
  }

  public static Provider of(String body) {
    try {
      InetSocketAddress free = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
      Provider provider = new Provider(HttpServer.create(free, 50), body);
      provider.server.createContext(
          "/sub/" + TOKEN,
          exchange -> {
            provider.requests.incrementAndGet();
            HttpTarget.reply(exchange, "text/plain", provider.body);
          });
      provider.server.start();
      return provider;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A link to a server on this machine. */
  public static String link(String name, int port) {
    return "vmess://%s@127.0.0.1:%d#%s%n".formatted(Peer.USER, port, name);
  }

  /** What it answers from now on. */
  public void answer(String other) {
    body = other;
  }

  public int requests() {
    return requests.get();
  }

  public String url() {
    return "http://user:%s@127.0.0.1:%d/sub/%s?token=%s"
        .formatted(TOKEN, server.getAddress().getPort(), TOKEN, TOKEN);
  }

  /** Ends; its port refuses connections then. */
  @Override
  public void close() {
    server.stop(0);
  }
}
