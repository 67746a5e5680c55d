package io.vmessproxy.client.link;

import io.vmessproxy.client.transport.TlsSettings;
import io.vmessproxy.client.transport.TlsSettings.Pin;
import io.vmessproxy.client.transport.TransportSettings;
import io.vmessproxy.client.transport.TransportSettings.EarlyData;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The transports' settings as a node's layers: the other way than {@link NodeStream}. */
final class StreamNode {
  private StreamNode() {}

  static Node.Transport transport(TransportSettings settings) {
    String kind = settings.name();
    if (settings instanceof TransportSettings.HttpHeader http) {
      Map<String, List<String>> headers = new LinkedHashMap<>(http.headers());
      List<String> hosts = headers.remove("Host");
      return new Node.Transport(
          kind, hosts == null ? List.of() : hosts, http.paths(), headers, null, null, null);
    }
    if (settings instanceof TransportSettings.WebSocket ws) {
      return http(kind, hosts(ws.host()), ws.path(), ws.headers(), ws.earlyData());
    }
    if (settings instanceof TransportSettings.HttpUpgrade upgrade) {
      return http(kind, hosts(upgrade.host()), upgrade.path(), upgrade.headers(), null);
    }
    if (settings instanceof TransportSettings.Http2 h2) {
      return http(kind, h2.hosts(), h2.path(), h2.headers(), null);
    }
    Node.Grpc grpc =
        settings instanceof TransportSettings.Grpc g
            ? new Node.Grpc(g.serviceName(), g.multi(), g.authority())
            : null;
    return new Node.Transport(kind, List.of(), List.of(), Map.of(), null, grpc, null);
  }

  private static List<String> hosts(@Nullable String host) {
    return host == null ? List.of() : List.of(host);
  }

  private static Node.Transport http(
      String kind,
      List<String> hosts,
      String path,
      Map<String, String> headers,
      @Nullable EarlyData earlyData) {
    Map<String, List<String>> lists = new LinkedHashMap<>();
    headers.forEach((name, value) -> lists.put(name, List.of(value)));
    return new Node.Transport(kind, hosts, List.of(path), lists, earlyData, null, null);
  }

  /**
   * TLS to a server.
   *
   * @param address the server's, which is the name where the settings have none
   */
  static Node.@Nullable Tls tls(@Nullable TlsSettings tls, String address) {
    if (tls == null) {
      return null;
    }
    String name = tls.serverName();
    return new Node.Tls(
        name == null ? address : name,
        name == null ? "address" : "explicit",
        tls.alpn(),
        tls.insecure(),
        null,
        pins(tls, Pin.Kind.CERTIFICATE),
        pins(tls, Pin.Kind.CHAIN),
        pins(tls, Pin.Kind.PUBLIC_KEY),
        tls.verifyNames());
  }

  private static List<String> pins(TlsSettings tls, Pin.Kind kind) {
    return tls.pins().stream().filter(pin -> pin.kind() == kind).map(Pin::sha256).toList();
  }
}
