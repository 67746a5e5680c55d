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
import org.jspecify.annotations.Nullable;

/**
 * The {@code streamSettings} of the user's own file. What this program does not speak is an error:
 * left out, it would be a connection that nobody takes, or one that everybody can read.
 */
final class StreamJson {
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
    Map<String, List<String>> headers = new LinkedHashMap<>(raw.headers);
    if (!hosts().isEmpty()) {
      headers.put("Host", hosts());
    }
    List<String> paths = new ArrayList<>(raw.paths);
    paths.replaceAll(StreamJson::slashed);
    return new TransportSettings.HttpHeader(
        method("GET"), paths.isEmpty() ? List.of("/") : paths, headers);
  }

  private String method(String usual) {
    return read.method.isEmpty() ? usual : read.method;
  }

  private String path() {
    return slashed(raw.paths.isEmpty() ? "" : raw.paths.get(0));
  }

  private static String slashed(String path) {
    return path.startsWith("/") ? path : "/" + path;
  }

  private @Nullable String host() {
    return hosts().isEmpty() ? null : hosts().get(0);
  }

  private List<String> hosts() {
    for (String host : raw.hosts) {
      if (HostText.header(host) == null) {
        throw new SettingsException(
            "%s: host \"%s\" (expected: a name, as in cdn.example.com)"
                .formatted(read.settingsName, Masked.plain(host)));
      }
    }
    return raw.hosts;
  }

  private Map<String, String> single() {
    Map<String, String> headers = new LinkedHashMap<>();
    raw.headers.forEach((name, values) -> headers.put(name, String.join(", ", values)));
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
    String name = read.tls.present(V2RayStream.CERTIFICATES, "certificate");
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
