package io.vmessproxy.client.cli;

import io.vmessproxy.client.cli.Given.Occurrence;
import io.vmessproxy.client.settings.SettingsException;
import io.vmessproxy.client.transport.TlsSettings;
import io.vmessproxy.client.transport.tls.Roots;
import java.io.IOException;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The TLS flags of one server, put together. */
final class TlsFlags {
  /** All of them. */
  static final Set<String> OPTIONS =
      Set.of(
          ServerStreamOptions.TLS,
          ServerStreamOptions.SNI,
          ServerStreamOptions.ALPN,
          ServerStreamOptions.CA,
          ServerStreamOptions.PIN,
          ServerStreamOptions.INSECURE);

  private final Map<String, Occurrence> flags = new HashMap<>();
  private final List<Occurrence> pins = new ArrayList<>();

  /**
   * Adds a flag.
   *
   * @param begin the option that began the group, for the message that a flag comes twice
   */
  void add(Occurrence part, String begin) {
    if (part.option().equals(ServerStreamOptions.PIN)) {
      pins.add(part);
    } else if (flags.put(part.option(), part) != null) {
      throw Given.second(part, begin);
    }
  }

  /**
   * TLS as the flags tell of it; null: none.
   *
   * @param base what is told already, which the flags change
   * @param host what the transport asks for, the certificate's name where no {@code --sni} is;
   *     null: the server's own
   */
  @Nullable TlsSettings settings(@Nullable TlsSettings base, @Nullable String host) {
    Occurrence on = flags.get(ServerStreamOptions.TLS);
    boolean wanted = on == null ? base != null : Boolean.parseBoolean(on.value());
    if (!wanted) {
      refuseAlone();
      return null;
    }
    if (flags.isEmpty() && pins.isEmpty() && host == null) {
      return base;
    }
    TlsSettings before = base == null ? TlsSettings.STANDARD : base;
    Occurrence sni = flags.get(ServerStreamOptions.SNI);
    Occurrence alpn = flags.get(ServerStreamOptions.ALPN);
    Occurrence ca = flags.get(ServerStreamOptions.CA);
    Occurrence insecure = flags.get(ServerStreamOptions.INSECURE);
    String told = before.serverName();
    String name = told == null && host != null ? withoutPort(host) : told;
    return new TlsSettings(
        sni == null ? name : TransportText.host(sni),
        alpn == null ? before.alpn() : Arrays.asList(alpn.value().split(" *, *")),
        insecure == null ? before.insecure() : Boolean.parseBoolean(insecure.value()),
        ca == null ? before.roots() : roots(ca),
        pins.isEmpty() ? before.pins() : pins.stream().map(PinText::pin).toList(),
        before.verifyNames());
  }

  private void refuseAlone() {
    List<Occurrence> all = new ArrayList<>(flags.values());
    all.addAll(pins);
    for (Occurrence flag : all) {
      boolean off = flag.value().equals("false");
      if (!flag.option().equals(ServerStreamOptions.TLS) && !off) {
        throw new SettingsException(
            "%s: there is no TLS to that server (expected: --tls beside it)"
                .formatted(flag.name()));
      }
    }
  }

  private static String withoutPort(String host) {
    int colon = host.lastIndexOf(':');
    return colon < 0 || host.endsWith("]") ? host : host.substring(0, colon);
  }

  private static List<X509Certificate> roots(Occurrence ca) {
    try {
      return Roots.read(Path.of(ca.value()));
    } catch (IOException e) {
      throw new SettingsException(ca.name() + ": " + e.getMessage());
    }
  }
}
