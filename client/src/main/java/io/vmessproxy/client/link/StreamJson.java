package io.vmessproxy.client.link;

import io.vmessproxy.client.settings.Masked;
import io.vmessproxy.client.settings.SettingsException;
import io.vmessproxy.client.transport.StreamSettings;
import io.vmessproxy.client.transport.TlsServerSettings;
import io.vmessproxy.client.transport.TransportSettings;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntPredicate;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The {@code streamSettings} of the user's own file. What this program does not speak is an error:
 * left out, it would be a connection that nobody takes, or one that everybody can read.
 */
final class StreamJson {
  private static final int DELETE = 0x7f;
  private static final Pattern BAD_ESCAPE = Pattern.compile("%(?![0-9A-Fa-f]{2})");

  private final V2RayStream read;
  private final RawNode raw;

  /**
   * @throws SettingsException if a value has the wrong type, or asks for what there is not
   */
  StreamJson(Fields stream) {
    raw = new RawNode();
    read = V2RayStream.read(stream, raw);
    for (String name : raw.refused) {
      throw new SettingsException(name + ": not supported (expected: none)");
    }
    if (!raw.tls.isEmpty() && !raw.tls.equals("tls")) {
      throw new SettingsException(
          "%s: \"%s\" is not supported (expected: none or tls)"
              .formatted(read.securityName(), Masked.plain(raw.tls)));
    }
  }

  /** For a server. */
  StreamSettings outbound() {
    return new StreamSettings(transport(), raw.tls.isEmpty() ? null : TlsJson.read(read));
  }

  /** For an inbound and a server. */
  TransportSettings transport() {
    return switch (raw.network) {
      case "tcp" -> tcp();
      case "ws" -> new TransportSettings.WebSocket(path(), host(), single(), raw.earlyData);
      case "httpupgrade" -> new TransportSettings.HttpUpgrade(path(), host(), single());
      case "h2" -> new TransportSettings.Http2(method("PUT"), path(), hosts(), single());
      case "grpc" ->
          new TransportSettings.Grpc(
              raw.paths.isEmpty() ? "" : raw.paths.get(0), raw.type.equals("multi"), host());
      default ->
          throw new SettingsException(
              "%s: \"%s\" is not supported (expected: tcp, ws, httpupgrade, http or grpc)"
                  .formatted(read.networkName(), Masked.plain(raw.network)));
    };
  }

  private TransportSettings tcp() {
    if (raw.type.isEmpty()) {
      return new TransportSettings.Tcp();
    }
    if (!raw.type.equals("http")) {
      throw new SettingsException(
          "%s.header.type: \"%s\" is not supported (expected: none or http)"
              .formatted(read.settingsName, Masked.plain(raw.type)));
    }
    Map<String, List<String>> headers = new LinkedHashMap<>(headers());
    if (!hosts().isEmpty()) {
      headers.put("Host", hosts());
    }
    List<String> paths = new ArrayList<>(raw.paths);
    paths.replaceAll(this::slashed);
    return new TransportSettings.HttpHeader(
        method("GET"), paths.isEmpty() ? List.of("/") : paths, headers);
  }

  private String method(String usual) {
    require("method", read.method, Character::isLetter, "a method, as in " + usual);
    return read.method.isEmpty() ? usual : read.method;
  }

  private String path() {
    return slashed(raw.paths.isEmpty() ? "" : raw.paths.get(0));
  }

  private String slashed(String path) {
    require("path", path, c -> c > ' ' && c != DELETE, "no blank and no control character");
    if (BAD_ESCAPE.matcher(path).find()) {
      require("path", path, c -> false, "two hex digits behind each %");
    }
    return path.startsWith("/") ? path : "/" + path;
  }

  /** Refuses what would not stay where it is put in the head of a request. */
  private void require(String what, String text, IntPredicate allowed, String expected) {
    if (!text.chars().allMatch(allowed)) {
      throw new SettingsException(
          "%s: %s \"%s\" (expected: %s)"
              .formatted(read.settingsName, what, Masked.plain(text), expected));
    }
  }

  private Map<String, List<String>> headers() {
    raw.headers.forEach(
        (name, values) -> {
          require("header", name, c -> c > ' ' && c < DELETE && c != ':', "a header's name");
          values.forEach(
              value -> require(name, value, c -> c >= ' ' && c != DELETE, "no control character"));
        });
    return raw.headers;
  }

  private @Nullable String host() {
    return hosts().isEmpty() ? null : hosts().get(0);
  }

  private List<String> hosts() {
    for (String host : raw.hosts) {
      if (HostText.header(host) == null) {
        require("host", host, c -> false, "a name, as in cdn.example.com");
      }
    }
    return raw.hosts;
  }

  private Map<String, String> single() {
    Map<String, String> headers = new LinkedHashMap<>();
    headers().forEach((name, values) -> headers.put(name, String.join(", ", values)));
    return headers;
  }

  /**
   * The certificate of an inbound; null: no TLS.
   *
   * @throws SettingsException if TLS is on and there is none
   */
  @Nullable TlsServerSettings inboundTls() {
    if (raw.tls.isEmpty()) {
      return null;
    }
    String name = read.tls.present(V2RayTls.CERTIFICATES, "certificate");
    String expected = " (expected: {\"certificateFile\":...,\"keyFile\":...}, PEM files)";
    List<Fields> certificates = read.tls.children(name);
    if (certificates.isEmpty()) {
      throw new SettingsException(read.tls.at(name) + ": missing" + expected);
    }
    Fields own = certificates.get(0);
    own.report(
        Set.of("certificateFile", "keyFile"), Set.of("ocspStapling", "oneTimeLoading", "usage"));
    for (String file : new String[] {"certificateFile", "keyFile"}) {
      if (own.text(file).isEmpty()) {
        throw new SettingsException(own.at(file) + ": missing" + expected);
      }
    }
    if (certificates.size() > 1) {
      read.tls.reportUnused(name + "[1]", "one certificate is enough");
    }
    return new TlsServerSettings(file(own, "certificateFile"), file(own, "keyFile"));
  }

  private static Path file(Fields certificate, String name) {
    return PemFile.path(certificate.at(name), certificate.text(name));
  }
}
