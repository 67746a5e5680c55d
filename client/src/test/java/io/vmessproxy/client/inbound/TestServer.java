package io.vmessproxy.client.inbound;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A target: hands over its connections one by one, to be driven by the test. */
public final class TestServer implements AutoCloseable {
  private static final int TIMEOUT_SECONDS = 15;

  private final ServerSocket listener;
  private final BlockingQueue<TestPeer> accepted = new LinkedBlockingQueue<>();

  private TestServer() throws IOException {
    listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    Thread acceptor = new Thread(this::acceptAll, "test-server");
    acceptor.setDaemon(true);
    acceptor.start();
  }

  public static TestServer start() throws IOException {
    return new TestServer();
  }

  /** Answers every connection's first request with {@code answer}, and closes. */
  public static TestServer answering(String answer) throws IOException {
    TestServer server = new TestServer();
    Thread answerer =
        new Thread(
            () -> {
              while (!server.listener.isClosed()) {
                server.answerOne(answer);
              }
            },
            "test-answers");
    answerer.setDaemon(true);
    answerer.start();
    return server;
  }

  private void answerOne(String answer) {
    try (TestPeer peer = accepted.poll(100, TimeUnit.MILLISECONDS)) {
      if (peer != null) {
        peer.readHead();
        peer.send(answer);
      }
    } catch (IOException e) {
      // The proxy is gone: the test that wanted the answer says so.
      return;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void acceptAll() {
    while (!listener.isClosed()) {
      try {
        Socket socket = listener.accept();
        accepted.add(new TestPeer(socket));
      } catch (IOException e) {
        // The test is over.
        return;
      }
    }
  }

  InetSocketAddress address() {
    return (InetSocketAddress) listener.getLocalSocketAddress();
  }

  /** The next connection. */
  public TestPeer accept() throws IOException {
    try {
      TestPeer peer = accepted.poll(TIMEOUT_SECONDS, TimeUnit.SECONDS);
      if (peer == null) {
        throw new SocketTimeoutException("no connection");
      }
      return peer;
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }

  @Override
  public void close() throws IOException {
    listener.close();
  }
}
