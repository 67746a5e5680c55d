package io.vmessproxy.client.transport.tls;

import java.io.IOException;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.List;

/** Root certificates of the user's own. */
public final class Roots {
  private Roots() {}

  /**
   * Reads the certificates of a PEM file, or the one of a DER file; at least one.
   *
   * @throws IOException if that cannot be done: the message names the file, what it holds and what
   *     was expected
   */
  public static List<X509Certificate> read(Path file) throws IOException {
    return PemFile.read(file).certificates();
  }
}
