package io.vmessproxy.client.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmessproxy.client.inbound.FrontEnd;
import io.vmessproxy.client.inbound.TestPeer;
import io.vmessproxy.client.inbound.TestServer;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BackPressureTest {
  private static final int PIECE = 64 << 10;
  private static final int TOTAL = 64 << 20;

  /** More than all socket buffers and water marks on the way, far less than all there is. */
  private static final long BOUND = 24 << 20;

  @ParameterizedTest
  @ValueSource(
      strings = {"GET http://a.example/ HTTP/1.1\r\n\r\n", "CONNECT a.example:80 HTTP/1.1\r\n\r\n"})
  void takesNoMoreFromTheServerThanTheApplicationReads(String request) throws Exception {
    try (TestServer server = TestServer.start();
        FrontEnd front = FrontEnd.open().route("a.example:80", server);
        TestPeer client = front.connect()) {
      client.send(request);
      try (TestPeer target = server.accept()) {
        AtomicLong sent = new AtomicLong();
        String head = "HTTP/1.1 200 OK\r\nContent-Length: " + TOTAL + "\r\n\r\n";
        CompletableFuture<Void> sending =
            CompletableFuture.runAsync(() -> sendAll(target, head, sent));

        assertStalls(sending, sent);
        client.readHead();
        if (request.startsWith("CONNECT")) {
          client.readHead();
        }
        client.read(TOTAL);
        sending.get(15, TimeUnit.SECONDS);
        assertThat(sent).hasValue(TOTAL);
      }
    }
  }

  @Test
  void takesNoMoreFromTheApplicationThanTheServerReads() throws Exception {
    try (TestServer server = TestServer.start();
        FrontEnd front = FrontEnd.open().route("a.example:80", server);
        TestPeer client = front.connect()) {
      AtomicLong sent = new AtomicLong();
      String head = "PUT http://a.example/ HTTP/1.1\r\nContent-Length: " + TOTAL + "\r\n\r\n";
      CompletableFuture<Void> sending =
          CompletableFuture.runAsync(() -> sendAll(client, head, sent));
      try (TestPeer target = server.accept()) {
        assertStalls(sending, sent);
        target.readHead();
        target.read(TOTAL);
        sending.get(15, TimeUnit.SECONDS);
        assertThat(sent).hasValue(TOTAL);
      }
    }
  }

  /**
   * Netty 4.2.18 takes a socket out of epoll when nothing is wanted of it for the moment, as behind
   * a FIN, and cannot put it back: the next full socket buffer breaks the connection.
   */
  @Test
  void deliversMuchToAnApplicationThatHasEndedAndReadsLate() throws Exception {
    try (TestServer server = TestServer.start();
        FrontEnd front = FrontEnd.open().route("a.example:80", server);
        TestPeer client = front.connect()) {
      client.send("GET http://a.example/ HTTP/1.1\r\n\r\n").finish();
      try (TestPeer target = server.accept()) {
        target.readHead();
        AtomicLong sent = new AtomicLong();
        String head = "HTTP/1.1 200 OK\r\nContent-Length: " + TOTAL + "\r\n\r\n";
        CompletableFuture<Void> sending =
            CompletableFuture.runAsync(() -> sendAll(target, head, sent));

        assertStalls(sending, sent);
        client.readHead();
        client.read(TOTAL);
        assertThat(client.readAll()).isEmpty();
      }
    }
  }

  private static void sendAll(TestPeer peer, String head, AtomicLong sent) {
    try {
      peer.send(head);
      while (sent.get() < TOTAL) {
        peer.send(new byte[PIECE]);
        sent.addAndGet(PIECE);
      }
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Waits until the sender has been stuck for a while, which it must be below the bound. */
  private static void assertStalls(CompletableFuture<Void> sending, AtomicLong sent) {
    long before = -1;
    while (sent.get() != before || before == 0) {
      before = sent.get();
      // Still at it, or stuck: the count tells.
      assertThat(sending).failsWithin(300, TimeUnit.MILLISECONDS);
    }
    assertThat(sent.get()).isBetween(1L, BOUND);
  }
}
