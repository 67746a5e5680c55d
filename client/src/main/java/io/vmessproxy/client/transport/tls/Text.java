package io.vmessproxy.client.transport.tls;

import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.ZoneOffset;
import javax.security.auth.x500.X500Principal;

/** What strangers wrote, made fit for one line of a message. */
final class Text {
  private static final int MAX = 100;

  private Text() {}

  /** Printable, and not too long. */
  static String of(String raw) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < Math.min(raw.length(), MAX); i++) {
      char c = raw.charAt(i);
      text.append(isHarmless(c) ? c : '?');
    }
    return raw.length() > MAX ? text + "..." : text.toString();
  }

  /** No control characters, nor those that change the direction of what follows. */
  private static boolean isHarmless(char c) {
    return !Character.isISOControl(c) && (c < 0x2000 || c > 0x206f);
  }

  static String quoted(String raw) {
    return '"' + of(raw) + '"';
  }

  /** Whose certificate it is: {@code CN=a.example}. */
  static String subject(X509Certificate certificate) {
    return name(certificate.getSubjectX500Principal());
  }

  /** Who made it. */
  static String issuer(X509Certificate certificate) {
    return name(certificate.getIssuerX500Principal());
  }

  private static String name(X500Principal principal) {
    String name = principal.getName();
    return name.isEmpty() ? "no name" : of(name);
  }

  /** The day in UTC: {@code 2025-01-02}. */
  static String day(Instant time) {
    return time.atZone(ZoneOffset.UTC).toLocalDate().toString();
  }
}
