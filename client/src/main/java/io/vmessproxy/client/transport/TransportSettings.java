package io.vmessproxy.client.transport;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which transport, and how; the same values for a server's end and a client's.
 *
 * <p>A path begins with a slash; a host is a name, with a port only where the user gave one.
 */
public sealed interface TransportSettings {
  /** The word on the command line: {@code ws}. */
  String name();

  /**
   * The application protocols to offer in TLS.
   *
   * @param given what the user asked for; empty: nothing
   */
  default List<String> alpn(List<String> given) {
    return given.isEmpty() ? List.of("h2", "http/1.1") : given;
  }

  /** Whether its streams share connections. */
  default boolean shared() {
    return false;
  }

  /** VMess, and nothing around it. */
  record Tcp() implements TransportSettings {
    @Override
    public String name() {
      return "tcp";
    }
  }

  /**
   * TCP whose two directions begin with the head of an HTTP message.
   *
   * @param paths one is picked for each connection; at least one
   * @param headers the request's, by name, one of the values is picked; empty: a browser's. A host
   *     is one of them
   */
  record HttpHeader(String method, List<String> paths, Map<String, List<String>> headers)
      implements TransportSettings {
    public HttpHeader {
      paths = List.copyOf(paths);
      headers = Map.copyOf(headers);
    }

    @Override
    public String name() {
      return "http-header";
    }
  }

  /**
   * WebSocket.
   *
   * @param path may have a query
   * @param host null: the server's own
   * @param headers besides; a User-Agent of no text is left out
   * @param earlyData null: none
   */
  record WebSocket(
      String path,
      @Nullable String host,
      Map<String, String> headers,
      @Nullable EarlyData earlyData)
      implements TransportSettings {
    public WebSocket {
      headers = Map.copyOf(headers);
    }

    @Override
    public String name() {
      return "ws";
    }

    @Override
    public List<String> alpn(List<String> given) {
      return List.of("http/1.1");
    }
  }

  /**
   * The first bytes of a stream in the upgrade request itself.
   *
   * @param maxBytes 1..4096
   * @param header which carries them; empty: they are the end of the path
   */
  record EarlyData(int maxBytes, String header) {
    /** The header that a node without one means. */
    public static final String USUAL_HEADER = "Sec-WebSocket-Protocol";

    /** More makes a request head that servers refuse. */
    public static final int MAX_BYTES = 4096;

    public EarlyData {
      if (maxBytes < 1 || maxBytes > MAX_BYTES) {
        throw new IllegalArgumentException(
            "early data: %d (expected: 1..%d)".formatted(maxBytes, MAX_BYTES));
      }
    }
  }

  /**
   * An HTTP/1.1 upgrade without WebSocket's frames.
   *
   * @param host null: the server's own
   */
  record HttpUpgrade(String path, @Nullable String host, Map<String, String> headers)
      implements TransportSettings {
    public HttpUpgrade {
      headers = Map.copyOf(headers);
    }

    @Override
    public String name() {
      return "httpupgrade";
    }

    @Override
    public List<String> alpn(List<String> given) {
      return List.of("http/1.1");
    }
  }

  /**
   * An HTTP/2 request whose two bodies are the two directions.
   *
   * @param hosts one is picked for each stream; empty: {@code www.example.com}, as peers do
   */
  record Http2(String method, String path, List<String> hosts, Map<String, String> headers)
      implements TransportSettings {
    public Http2 {
      hosts = List.copyOf(hosts);
      headers = Map.copyOf(headers);
    }

    @Override
    public boolean shared() {
      return true;
    }

    @Override
    public String name() {
      return "h2";
    }

    @Override
    public List<String> alpn(List<String> given) {
      return List.of("h2");
    }
  }

  /**
   * A gRPC call of two streams.
   *
   * @param serviceName as peers write it: with a leading slash it is a path
   * @param multi several pieces in a message, as Xray's TunMulti
   * @param authority null: the server's own
   */
  record Grpc(String serviceName, boolean multi, @Nullable String authority)
      implements TransportSettings {
    @Override
    public boolean shared() {
      return true;
    }

    @Override
    public String name() {
      return "grpc";
    }

    @Override
    public List<String> alpn(List<String> given) {
      return List.of("h2");
    }
  }
}
