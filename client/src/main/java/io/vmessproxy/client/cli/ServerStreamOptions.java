package io.vmessproxy.client.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Option;

/** TLS to a server, and what a client alone decides about its transport. */
final class ServerStreamOptions {
  static final String HEADER = "--header";
  static final String EARLY_DATA = "--early-data";
  static final String GRPC_MODE = "--grpc-mode";
  static final String TLS = "--tls";
  static final String SNI = "--sni";
  static final String ALPN = "--alpn";
  static final String CA = "--ca";
  static final String PIN = "--pin";
  static final String INSECURE = "--insecure";

  @Option(
      names = HEADER,
      paramLabel = "NAME=VALUE",
      order = 25,
      description = "A header of the transport's request, for ws and its like; repeatable.")
  List<String> headers = List.of();

  @Option(
      names = EARLY_DATA,
      paramLabel = "BYTES[,HEADER]",
      order = 26,
      description = {
        "ws sends so many bytes in its first request, to a server that takes them: in"
            + " Sec-WebSocket-Protocol, or in another header. 1 to 4096. Default: what ?ed= in --path"
            + " says, as in links, else none"
      })
  List<String> earlyData = List.of();

  @Option(
      names = GRPC_MODE,
      paramLabel = "MODE",
      order = 27,
      description = "gun, or multi for Xray's. Default: gun")
  List<String> grpcModes = List.of();

  @Option(names = TLS, order = 30, description = "TLS under the transport.")
  boolean[] tls = {};

  @Option(
      names = SNI,
      paramLabel = "NAME",
      order = 31,
      description = "The name in its certificate. Default: --host, else the server's.")
  List<String> snis = List.of();

  @Option(
      names = ALPN,
      paramLabel = "LIST",
      order = 32,
      description = "Application protocols to offer. Default: what the transport wants.")
  List<String> alpns = List.of();

  @Option(
      names = CA,
      paramLabel = "FILE",
      order = 33,
      description = "A PEM file with the roots to trust instead of the system's.")
  List<String> cas = List.of();

  @Option(
      names = PIN,
      paramLabel = "SHA256",
      order = 34,
      description = {
        "The SHA-256 of its certificate, 64 hex digits, which is then all that counts; repeatable."
            + " chain:BASE64 and key:BASE64 are the pins of V2Ray and sing-box."
      })
  List<String> pins = List.of();

  @Option(
      names = INSECURE,
      order = 35,
      description = "Takes any certificate: whoever is on the path can be the server.")
  boolean[] insecure = {};

  /** The values by option, those of the environment for what was not given. */
  Map<String, List<String>> values() {
    Map<String, List<String>> values = new LinkedHashMap<>();
    values.put(HEADER, headers);
    values.put(EARLY_DATA, earlyData);
    values.put(GRPC_MODE, grpcModes);
    values.put(TLS, texts(tls));
    values.put(SNI, snis);
    values.put(ALPN, alpns);
    values.put(CA, cas);
    values.put(PIN, pins);
    values.put(INSECURE, texts(insecure));
    return values;
  }

  private static List<String> texts(boolean[] switches) {
    List<String> texts = new ArrayList<>();
    for (boolean one : switches) {
      texts.add(String.valueOf(one));
    }
    return texts;
  }
}
