package io.vmessproxy.client.link;

import io.vmessproxy.client.transport.TransportSettings.EarlyData;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * V2Ray's {@code streamSettings}, in the words of V2Ray 4 and 5 and of Xray: the one place that
 * knows their names. What they mean is for the reader of a subscription or of a file to judge.
 *
 * <p>Source: V2Ray's documentation, "StreamSettingsObject", and Xray's of the same name.
 */
final class V2RayStream {
  private static final Set<String> STREAM =
      Set.of(
          "network",
          "method",
          "transport",
          "security",
          "tlsSettings",
          "securitySettings",
          "transportSettings",
          "tcpSettings",
          "rawSettings",
          "wsSettings",
          "httpSettings",
          "h2Settings",
          "httpupgradeSettings",
          "grpcSettings",
          "gunSettings",
          // Of what is not in use, or is refused by the word for it.
          "kcpSettings",
          "quicSettings",
          "dsSettings",
          "xhttpSettings",
          "splithttpSettings",
          "realitySettings",
          "finalmask",
          "xtlsSettings");

  /** All but the certificates. */
  final RawNode raw;

  /** TLS's settings, whether it is on or not. */
  final Fields tls;

  /** The method of an HTTP request; empty: the usual one. */
  String method = "";

  /** Where the transport's own settings stand. */
  String settingsName = "";

  private final Fields stream;

  /**
   * @param raw is filled in
   */
  private V2RayStream(Fields stream, RawNode raw) {
    this.stream = stream;
    this.raw = raw;
    this.tls = stream.child("tlsSettings", "securitySettings");
  }

  /**
   * Reads all of it.
   *
   * @param raw is filled in
   */
  static V2RayStream read(Fields stream, RawNode raw) {
    V2RayStream read = new V2RayStream(stream, raw);
    stream.report(STREAM, Set.of("sockopt"));
    read.transport();
    read.security();
    V2RayTls.refuse(raw, stream.child("sockopt"), "dialerProxy");
    if (stream.has("finalmask")) {
      raw.refused.add(stream.at("finalmask"));
    }
    return read;
  }

  /** The words for the transport, in one case and spelling; empty: TCP. */
  static String network(String word) {
    String lower = word.toLowerCase(Locale.ROOT);
    return switch (lower) {
      case "", "raw" -> "tcp";
      case "websocket" -> "ws";
      case "http" -> "h2";
      case "gun" -> "grpc";
      case "mkcp" -> "kcp";
      case "splithttp" -> "xhttp";
      default -> lower;
    };
  }

  /** The name of the member that says which transport. */
  String networkName() {
    return stream.at(stream.present("network", "method", "transport"));
  }

  /** The name of the member that says which security. */
  String securityName() {
    return stream.at("security");
  }

  private void transport() {
    raw.network = network(stream.text("network", "method", "transport"));
    raw.earlyDataInPath = false;
    switch (raw.network) {
      case "tcp" -> tcp(settings("tcpSettings", "rawSettings").child("header"));
      case "ws" -> webSocket(settings("wsSettings"));
      case "httpupgrade" -> httpUpgrade(settings("httpupgradeSettings"));
      case "h2" -> http2(settings("httpSettings", "h2Settings"));
      case "grpc" -> grpc(settings("grpcSettings", "gunSettings"));
      case "kcp" -> kcp(settings("kcpSettings"));
      case "xhttp" -> xhttp(settings("xhttpSettings", "splithttpSettings"));
      default -> {
        // An unknown word is judged by who reads it.
      }
    }
  }

  private Fields settings(String... names) {
    String name = stream.has("transportSettings") ? "transportSettings" : stream.present(names);
    settingsName = stream.at(name);
    return stream.child(name);
  }

  private void tcp(Fields header) {
    header.report(Set.of("type", "request", "response"), Set.of());
    String type = header.text("type").toLowerCase(Locale.ROOT);
    raw.type = type.equals("none") ? "" : type;
    if (!type.equals("http")) {
      return;
    }
    Fields request = header.child("request");
    request.report(Set.of("method", "path", "headers"), Set.of("version"));
    method = request.text("method");
    raw.paths.addAll(request.texts("path"));
    headers(request.headers("headers"));
  }

  private void webSocket(Fields ws) {
    ws.report(
        Set.of("path", "host", "headers", "header", "maxEarlyData", "earlyDataHeaderName"),
        Set.of(
            "acceptProxyProtocol", "useBrowserForwarding", "heartbeatPeriod", "browserForwarding"));
    upgrade(ws);
    int max = ws.number("maxEarlyData", Integer.MAX_VALUE);
    if (max > 0) {
      raw.earlyData =
          new EarlyData(Math.min(max, EarlyData.MAX_BYTES), ws.text("earlyDataHeaderName"));
    }
  }

  private void httpUpgrade(Fields upgrade) {
    upgrade.report(
        Set.of("path", "host", "headers", "header"),
        Set.of("acceptProxyProtocol", "maxEarlyData", "earlyDataHeaderName"));
    upgrade(upgrade);
  }

  private void upgrade(Fields settings) {
    path(settings);
    if (!settings.text("host").isEmpty()) {
      raw.hosts.add(settings.text("host"));
    }
    headers(settings.headers("headers", "header"));
  }

  private void http2(Fields http) {
    http.report(
        Set.of("path", "host", "method", "headers"),
        Set.of("read_idle_timeout", "health_check_timeout"));
    path(http);
    method = http.text("method");
    raw.hosts.addAll(http.texts("host"));
    headers(http.headers("headers"));
  }

  private void grpc(Fields grpc) {
    grpc.report(
        Set.of("serviceName", "multiMode", "authority"),
        Set.of(
            "idle_timeout",
            "health_check_timeout",
            "permit_without_stream",
            "initial_windows_size",
            "user_agent"));
    raw.paths.add(grpc.text("serviceName"));
    raw.type = grpc.flag("multiMode") ? "multi" : "gun";
    if (!grpc.text("authority").isEmpty()) {
      raw.hosts.add(grpc.text("authority"));
    }
  }

  private void kcp(Fields kcp) {
    raw.type = kcp.child("header").text("type");
    raw.paths.add(kcp.text("seed"));
  }

  private void xhttp(Fields xhttp) {
    upgrade(xhttp);
    raw.type = xhttp.text("mode");
  }

  private void path(Fields settings) {
    if (!settings.text("path").isEmpty()) {
      raw.paths.add(settings.text("path"));
    }
  }

  /** The host that is named before headers wins. */
  private void headers(Map<String, List<String>> headers) {
    addHeaders(raw, headers);
  }

  /** Puts a Host header, in any case, to the hosts, and the others to the headers. */
  static void addHeaders(RawNode raw, Map<String, List<String>> headers) {
    headers.forEach(
        (name, values) -> {
          if (!name.equalsIgnoreCase("Host")) {
            raw.headers.put(name, values);
          } else if (raw.hosts.isEmpty()) {
            values.stream().filter(host -> !host.isEmpty()).forEach(raw.hosts::add);
          }
        });
  }

  private void security() {
    String word = stream.text("security").toLowerCase(Locale.ROOT);
    raw.tls = word.equals("none") ? "" : word;
    raw.sniFromHost = false;
    if (raw.tls.isEmpty()) {
      if (stream.has("tlsSettings")) {
        stream.reportUnused("tlsSettings", "security is none");
      }
      return;
    }
    V2RayTls.read(tls, raw);
  }
}
