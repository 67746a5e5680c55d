package io.vmessproxy.client.link;

import io.vmessproxy.client.transport.TransportSettings.EarlyData;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A VMess server as links and subscriptions tell of it, checked: the same whatever the dialect.
 *
 * @param name of no text in no case; printable
 * @param server an IP literal without brackets, or an ASCII name in lower case
 * @param uuid canonical, lower case
 * @param cipher {@code auto}, {@code aes-128-gcm}, {@code chacha20-poly1305}, {@code aes-128-cfb},
 *     {@code none} or {@code zero}
 * @param tls null: none
 * @param packetEncoding {@code xudp}, {@code packetaddr}; null: none
 * @param mux streams in a Mux.Cool connection; 0: off
 * @param extras unknown keys and their values as JSON, in their order, kept for export
 */
public record Node(
    String name,
    String server,
    int port,
    String uuid,
    int alterId,
    String cipher,
    Transport transport,
    @Nullable Tls tls,
    @Nullable String packetEncoding,
    int mux,
    Map<String, String> extras) {
  public Node {
    extras = inOrder(extras);
  }

  private static <V> Map<String, V> inOrder(Map<String, V> map) {
    return Collections.unmodifiableMap(new LinkedHashMap<>(map));
  }

  /**
   * How it is reached.
   *
   * @param kind {@code tcp}, {@code http-header}, {@code ws}, {@code httpupgrade}, {@code h2},
   *     {@code grpc}, {@code kcp} or {@code xhttp}
   * @param hosts candidates for the Host header
   * @param paths of {@code http-header} several; else one
   * @param headers besides the host: only structured sources tell of them
   * @param earlyData of {@code ws}
   */
  public record Transport(
      String kind,
      List<String> hosts,
      List<String> paths,
      Map<String, List<String>> headers,
      @Nullable EarlyData earlyData,
      @Nullable Grpc grpc,
      @Nullable Kcp kcp) {
    public Transport {
      hosts = List.copyOf(hosts);
      paths = List.copyOf(paths);
      headers = inOrder(headers);
    }
  }

  /** Of {@code grpc}. */
  public record Grpc(String serviceName, boolean multi, @Nullable String authority) {}

  /** Of {@code kcp}. */
  public record Kcp(String header, @Nullable String seed) {}

  /**
   * TLS.
   *
   * @param sniSource where {@code sni} comes from: {@code explicit}, {@code host} or {@code
   *     address}
   * @param fingerprint a browser's name; kept, not imitated
   * @param certificateSha256 lower case hex
   * @param chainSha256 lower case hex: V2Ray's pins
   * @param publicKeySha256 lower case hex: sing-box's pins
   */
  public record Tls(
      String sni,
      String sniSource,
      List<String> alpn,
      boolean insecure,
      @Nullable String fingerprint,
      List<String> certificateSha256,
      List<String> chainSha256,
      List<String> publicKeySha256,
      List<String> verifyNames) {
    public Tls {
      alpn = List.copyOf(alpn);
      certificateSha256 = List.copyOf(certificateSha256);
      chainSha256 = List.copyOf(chainSha256);
      publicKeySha256 = List.copyOf(publicKeySha256);
      verifyNames = List.copyOf(verifyNames);
    }
  }
}
