package io.vmessproxy.client.transport;

import java.security.cert.X509Certificate;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How TLS to a server is done, and what its certificate must be.
 *
 * @param serverName for SNI and the certificate's name; null: the server's address
 * @param alpn application protocols to offer; empty: what the transport wants
 * @param insecure takes every certificate, unless pins say otherwise
 * @param roots trusted ones; empty: the system's
 * @param pins one of them must fit; empty: none
 * @param verifyNames names of which the certificate must have one, instead of {@code serverName};
 *     empty: that one
 */
public record TlsSettings(
    @Nullable String serverName,
    List<String> alpn,
    boolean insecure,
    List<X509Certificate> roots,
    List<Pin> pins,
    List<String> verifyNames) {
  /** The name checked against the system's roots. */
  public static final TlsSettings STANDARD =
      new TlsSettings(null, List.of(), false, List.of(), List.of(), List.of());

  public TlsSettings {
    alpn = List.copyOf(alpn);
    roots = List.copyOf(roots);
    pins = List.copyOf(pins);
    verifyNames = List.copyOf(verifyNames);
  }

  /** The same for a server of this name. */
  public TlsSettings withServerName(@Nullable String name) {
    return new TlsSettings(name, alpn, insecure, roots, pins, verifyNames);
  }

  /**
   * A certificate known beforehand.
   *
   * @param sha256 lower case hex, 64 digits
   */
  public record Pin(Kind kind, String sha256) {
    /** What the hash is of, as peers have it. */
    public enum Kind {
      /** The whole chain that the server sends, as V2Ray; besides the usual checks. */
      CHAIN,
      /**
       * One certificate, as newer Xray and mihomo: the server's own, then nothing else is checked;
       * or an authority's in the chain, which becomes the only root.
       */
      CERTIFICATE,
      /** The public key of the server's certificate, as sing-box; nothing else is checked. */
      PUBLIC_KEY
    }
  }
}
