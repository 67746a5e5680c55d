package io.vmessproxy.client.link;

import io.vmessproxy.client.transport.TransportSettings.EarlyData;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a dialect's reader has found, as text and unchecked; {@link #check} makes a {@link Node} of
 * it, by the same rules for all dialects and in one order of errors.
 */
final class RawNode {
  /** The name under which {@link #extras} keep the mode of xhttp. */
  static final String XHTTP_MODE = "mode";

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

  /** Whether such a path of tcp is a comma list: in links. */
  boolean pathIsList;

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

  /** Unknown keys; the values are JSON: {@link JsonText#of(String)}. */
  final Map<String, String> extras = new LinkedHashMap<>();

  /** Keys that change the wire in a way there is not here, and may not be passed over. */
  final Set<String> refused = new LinkedHashSet<>();

  /** Where in the link a field stands, the first character being 1; messages name it. */
  final Map<String, Integer> positions = new HashMap<>();

  /**
   * Checks all fields.
   *
   * @param warnings takes codes: {@code MAPPED_UUID}...
   * @throws LinkException with the first error in the order server, port, uuid, alterId, cipher,
   *     transport, tls
   */
  Node check(List<String> warnings) {
    return new NodeCheck(this, warnings).node();
  }

  /**
   * What is wrong with a field.
   *
   * @param came the value, {@link Quoted}, and what it is not
   */
  LinkException error(String code, String field, String came, String expected) {
    Integer position = positions.get(field);
    String where = position == null ? field : "character " + position;
    return new LinkException(code, field, "%s: %s (expected: %s)".formatted(where, came, expected));
  }
}
