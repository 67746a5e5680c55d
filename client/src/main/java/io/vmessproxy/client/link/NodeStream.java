package io.vmessproxy.client.link;

import io.vmessproxy.client.transport.TlsSettings;
import io.vmessproxy.client.transport.TlsSettings.Pin;
import io.vmessproxy.client.transport.TransportSettings;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A node's layers as the transports want them. */
final class NodeStream {
  /** As V2Ray sends them where nobody says otherwise: a Host alone would look like no browser. */
  private static final Map<String, List<String>> BROWSER =
      Map.of(
          "User-Agent",
          List.of(
              "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko)"
                  + " Chrome/124.0.0.0 Safari/537.36"),
          "Accept-Encoding",
          List.of("gzip, deflate"),
          "Connection",
          List.of("keep-alive"),
          "Pragma",
          List.of("no-cache"));

  private NodeStream() {}

  static TransportSettings transport(Node.Transport transport) {
    List<String> hosts = transport.hosts();
    String host = hosts.isEmpty() ? null : hosts.get(0);
    return switch (transport.kind()) {
      case "tcp" -> new TransportSettings.Tcp();
      case "http-header" ->
          new TransportSettings.HttpHeader(
              "GET",
              transport.paths().stream().map(NodeStream::onTheWire).toList(),
              requestHeaders(transport));
      case "ws" ->
          new TransportSettings.WebSocket(
              path(transport), host, singleHeaders(transport), transport.earlyData());
      case "httpupgrade" ->
          new TransportSettings.HttpUpgrade(path(transport), host, singleHeaders(transport));
      case "h2" ->
          new TransportSettings.Http2("PUT", path(transport), hosts, singleHeaders(transport));
      case "grpc" -> grpc(transport);
      default -> throw unsupported(transport.kind());
    };
  }

  private static TransportSettings grpc(Node.Transport transport) {
    Node.Grpc grpc = transport.grpc();
    if (grpc == null) {
      throw unsupported("grpc without a service");
    }
    return new TransportSettings.Grpc(grpc.serviceName(), grpc.multi(), grpc.authority());
  }

  private static LinkException unsupported(String kind) {
    return new LinkException(
        "UNSUPPORTED_TRANSPORT",
        "net",
        "net: %s is not supported (expected: tcp, ws, httpupgrade, h2 or grpc; most providers offer one of them too)"
            .formatted(kind));
  }

  private static String path(Node.Transport transport) {
    return onTheWire(transport.paths().get(0));
  }

  /** A path may have blanks and letters of any script in a link, but not in a request line. */
  private static String onTheWire(String path) {
    StringBuilder wire = new StringBuilder(path.length());
    for (byte b : path.getBytes(StandardCharsets.UTF_8)) {
      if (b > ' ' && b < 0x7f) {
        wire.append((char) b);
      } else {
        wire.append("%%%02X".formatted(b & 0xff));
      }
    }
    return wire.toString();
  }

  private static Map<String, List<String>> requestHeaders(Node.Transport transport) {
    if (transport.hosts().isEmpty()) {
      return transport.headers();
    }
    Map<String, List<String>> headers =
        new LinkedHashMap<>(transport.headers().isEmpty() ? BROWSER : transport.headers());
    headers.put("Host", transport.hosts());
    return headers;
  }

  private static Map<String, String> singleHeaders(Node.Transport transport) {
    Map<String, String> headers = new LinkedHashMap<>();
    transport
        .headers()
        .forEach((name, values) -> values.stream().limit(1).forEach(v -> headers.put(name, v)));
    return headers;
  }

  static @Nullable TlsSettings tls(Node.@Nullable Tls tls) {
    if (tls == null) {
      return null;
    }
    List<Pin> pins = new ArrayList<>();
    add(pins, Pin.Kind.CHAIN, tls.chainSha256());
    add(pins, Pin.Kind.CERTIFICATE, tls.certificateSha256());
    add(pins, Pin.Kind.PUBLIC_KEY, tls.publicKeySha256());
    return new TlsSettings(
        tls.sniSource().equals("address") ? null : tls.sni(),
        tls.alpn(),
        tls.insecure(),
        List.of(),
        pins,
        tls.verifyNames());
  }

  private static void add(List<Pin> pins, Pin.Kind kind, List<String> hashes) {
    hashes.forEach(hash -> pins.add(new Pin(kind, hash)));
  }
}
