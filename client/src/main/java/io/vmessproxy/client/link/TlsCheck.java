package io.vmessproxy.client.link;

import io.vmessproxy.client.settings.PercentText;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The TLS of a {@link RawNode}; a word that is not known is never taken for plain TLS, or none. */
final class TlsCheck {
  private static final int SHA256_DIGITS = 64;

  private final RawNode raw;
  private final List<String> warnings;

  TlsCheck(RawNode raw, List<String> warnings) {
    this.raw = raw;
    this.warnings = warnings;
  }

  /**
   * TLS to the server, if there is any.
   *
   * @param server the checked address
   */
  Node.@Nullable Tls tls(Node.Transport transport, String server) {
    return switch (raw.tls.strip().toLowerCase(Locale.ROOT)) {
      case "", "none", "0", "false", "no", "off" -> null;
      case "tls", "1", "true", "yes", "on" -> tls(sni(transport, server));
      default ->
          throw raw.error(
              "UNSUPPORTED_SECURITY",
              "tls",
              Quoted.value(raw.tls) + " is not supported",
              "tls or none");
    };
  }

  private Node.Tls tls(Name sni) {
    List<String> certificates = hashes(raw.certificateSha256);
    String fingerprint = raw.fingerprint.strip();
    if (raw.insecure) {
      warnings.add("INSECURE_TLS");
    }
    if (!fingerprint.isEmpty()) {
      warnings.add("FINGERPRINT_IGNORED");
    }
    return new Node.Tls(
        sni.host(),
        sni.source(),
        alpn(),
        raw.insecure,
        fingerprint.isEmpty() ? null : fingerprint,
        certificates,
        hashes(raw.chainSha256),
        hashes(raw.publicKeySha256),
        verifyNames());
  }

  private record Name(String host, String source) {}

  private Name sni(Node.Transport transport, String server) {
    if (!raw.sni.isBlank()) {
      return new Name(name(raw.sni, "sni"), "explicit");
    }
    String host = raw.sniFromHost ? firstHost(transport) : null;
    String name = host == null ? null : HostText.host(HostText.withoutPort(host));
    return name == null ? new Name(server, "address") : new Name(name, "host");
  }

  private static @Nullable String firstHost(Node.Transport transport) {
    Node.Grpc grpc = transport.grpc();
    if (grpc != null) {
      return grpc.authority();
    }
    return transport.hosts().isEmpty() ? null : transport.hosts().get(0);
  }

  private String name(String text, String field) {
    String name = HostText.host(text);
    if (name == null) {
      throw raw.error(
          "BAD_HOST",
          field,
          Quoted.value(text) + " is no name of a server",
          "a name, as in www.example.com");
    }
    return name;
  }

  private List<String> alpn() {
    List<String> protocols = new ArrayList<>();
    for (String text : raw.alpn) {
      for (String protocol : PercentText.decode(text).split(",", -1)) {
        if (!protocol.isBlank()) {
          protocols.add(protocol.strip());
        }
      }
    }
    return protocols;
  }

  private List<String> verifyNames() {
    List<String> names = new ArrayList<>();
    for (String text : raw.verifyNames) {
      for (String name : text.split(",", -1)) {
        if (!name.isBlank()) {
          names.add(name(name, "vcn"));
        }
      }
    }
    return names;
  }

  private List<String> hashes(List<String> texts) {
    List<String> hashes = new ArrayList<>();
    for (String text : texts) {
      for (String hash : text.split(",", -1)) {
        if (!hash.isBlank()) {
          hashes.add(hash(hash));
        }
      }
    }
    return hashes;
  }

  private String hash(String text) {
    String digits = text.strip().replace(":", "").toLowerCase(Locale.ROOT);
    if (digits.length() != SHA256_DIGITS
        || digits.chars().anyMatch(c -> "0123456789abcdef".indexOf(c) < 0)) {
      throw raw.error(
          "UNSUPPORTED_OPTION",
          "pcs",
          Quoted.value(text) + " is no SHA-256",
          "64 hex digits, with or without colons");
    }
    return digits;
  }
}
