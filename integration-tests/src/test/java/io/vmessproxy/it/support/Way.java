package io.vmessproxy.it.support;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A transport, over TLS or not, as each program is told of it. */
public enum Way {
  TCP(false),
  TCP_TLS(true),
  HTTP_HEADER(false),
  HTTP_HEADER_TLS(true),
  WS(false),
  WS_TLS(true),
  HTTPUPGRADE(false),
  HTTPUPGRADE_TLS(true),
  H2(false),
  H2_TLS(true),
  GRPC(false),
  GRPC_TLS(true);

  /** The path of those that have one. */
  public static final String PATH = "/ray";

  /** The service of grpc. */
  public static final String SERVICE = "tunnel.of.tests";

  private static final String TLS_SUFFIX = "_TLS";

  private final boolean tls;

  Way(boolean tls) {
    this.tls = tls;
  }

  /** The word of the command line. */
  public String transport() {
    return name().replace(TLS_SUFFIX, "").replace('_', '-').toLowerCase(Locale.ROOT);
  }

  /** Whether it is over TLS. */
  public boolean tls() {
    return tls;
  }

  /** Both programs' flags for the transport alone. */
  public List<String> flags() {
    List<String> flags = new ArrayList<>(List.of("--transport", transport()));
    switch (this) {
      case TCP, TCP_TLS -> {}
      case GRPC, GRPC_TLS -> flags.addAll(List.of("--service-name", SERVICE));
      default -> flags.addAll(List.of("--path", PATH));
    }
    return flags;
  }

  /** The flags behind a {@code --server}. */
  public List<String> clientFlags(TestCa ca) {
    List<String> flags = new ArrayList<>(flags());
    if (tls) {
      flags.addAll(List.of("--tls", "--sni", TestCa.NAME, "--ca", ca.rootFile().toString()));
    }
    return flags;
  }

  /** The flags behind an {@code --inbound}. */
  public List<String> serveFlags(TestCa ca) {
    List<String> flags = new ArrayList<>(flags());
    if (tls) {
      flags.addAll(
          List.of(
              "--tls-cert", ca.certificateFile().toString(), "--tls-key", ca.keyFile().toString()));
    }
    return flags;
  }

  /** A V2Ray server's {@code streamSettings}. */
  public String v2rayServer(TestCa ca) {
    return v2ray("{\"certificates\": [" + ca.v2rayServer() + "]}");
  }

  /** A V2Ray client's {@code streamSettings}. */
  public String v2rayClient(TestCa ca) {
    return v2ray(
        "{\"serverName\": \"" + TestCa.NAME + "\", \"certificates\": [" + ca.v2rayRoot() + "]}");
  }

  private String v2ray(String tlsSettings) {
    String transport =
        switch (this) {
          case TCP, TCP_TLS -> "\"network\": \"tcp\"";
          case HTTP_HEADER, HTTP_HEADER_TLS ->
              """
              "network": "tcp", "tcpSettings": {"header": {
                "type": "http", "request": {"path": ["%s"]}, "response": {}}}
              """
                  .formatted(PATH);
          case WS, WS_TLS -> "\"network\": \"ws\", \"wsSettings\": {\"path\": \"" + PATH + "\"}";
          case H2, H2_TLS ->
              "\"network\": \"http\", \"httpSettings\": {\"path\": \"" + PATH + "\"}";
          case HTTPUPGRADE, HTTPUPGRADE_TLS, GRPC, GRPC_TLS ->
              throw new IllegalArgumentException("V2Ray 4.34 has no " + transport());
        };
    String security = tls ? ", \"security\": \"tls\", \"tlsSettings\": " + tlsSettings : "";
    return "{" + transport + security + "}";
  }
}
