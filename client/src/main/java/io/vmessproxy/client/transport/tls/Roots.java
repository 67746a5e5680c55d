package io.vmessproxy.client.transport.tls;

import java.io.IOException;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.List;

/** Root certificates that a user names. */
@SuppressWarnings("DoNotCallSuggester") // To be built.
public final class Roots {
  private Roots() {}

  /** Reads all certificates of a PEM file. */
  public static List<X509Certificate> read(Path file) throws IOException {
    throw new UnsupportedOperationException("tls");
  }
}
