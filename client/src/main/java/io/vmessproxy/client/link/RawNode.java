package io.vmessproxy.client.link;

import io.vmessproxy.client.transport.TransportSettings.EarlyData;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a dialect's reader has found, as text and unchecked; {@link #check} makes a {@link Node} of
 * it, by the same rules for all dialects and in one order of errors.
 */
@SuppressWarnings("DoNotCallSuggester") // To be built.
final class RawNode {
  String name = "";
  String server = "";
  String port = "";
  String id = "";
  String alterId = "";
  String cipher = "";

  /** The dialect's word for the transport, mapped to v2rayN's: {@code tcp, ws, h2, grpc...}. */
  String network = "";

  /** v2rayN's {@code type}: {@code http} of tcp, the mode of grpc, the mask of kcp. */
  String type = "";

  /** Candidates for the Host header; of grpc, the authority. */
  final List<String> hosts = new ArrayList<>();

  /** Of tcp with {@code type=http}, several; of grpc, the service name; of kcp, the seed. */
  final List<String> paths = new ArrayList<>();

  /** Besides the host: only structured sources tell of them. */
  final Map<String, List<String>> headers = new LinkedHashMap<>();

  /** As a structured source says it; a link has it in the path ({@code ?ed=}). */
  @Nullable EarlyData earlyData;

  /** Whether {@code ?ed=} in the path means early data: not with V2Ray and sing-box. */
  boolean earlyDataInPath = true;

  /** v2rayN's word: empty, {@code none}, {@code tls}, {@code reality}... */
  String tls = "";

  String sni = "";

  /** Whether the host is the TLS name of a node without {@code sni}: links and Clash. */
  boolean sniFromHost = true;

  final List<String> alpn = new ArrayList<>();
  boolean insecure;
  String fingerprint = "";
  final List<String> certificateSha256 = new ArrayList<>();
  final List<String> chainSha256 = new ArrayList<>();
  final List<String> publicKeySha256 = new ArrayList<>();
  final List<String> verifyNames = new ArrayList<>();
  String packetEncoding = "";
  int mux;
  final Map<String, String> extras = new LinkedHashMap<>();

  /**
   * Checks all fields.
   *
   * @param warnings takes codes: {@code MAPPED_UUID}...
   * @throws LinkException with the first error in the order server, port, uuid, alterId, cipher,
   *     transport, tls
   */
  Node check(List<String> warnings) {
    throw new UnsupportedOperationException("link");
  }
}
