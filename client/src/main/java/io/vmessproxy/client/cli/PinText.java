package io.vmessproxy.client.cli;

import io.vmessproxy.client.cli.Given.Occurrence;
import io.vmessproxy.client.transport.TlsSettings.Pin;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Locale;

/** The words of a pin: {@code SHA256}, {@code chain:BASE64} or {@code key:BASE64}. */
final class PinText {
  private static final int SHA256_BYTES = 32;
  private static final String EXPECTED =
      "64 hex digits of a certificate's SHA-256, chain:BASE64 or key:BASE64";

  private PinText() {}

  static Pin pin(Occurrence given) {
    String text = given.value().strip();
    if (text.startsWith("chain:")) {
      return new Pin(Pin.Kind.CHAIN, hash(given, text.substring("chain:".length())));
    }
    if (text.startsWith("key:")) {
      return new Pin(Pin.Kind.PUBLIC_KEY, hash(given, text.substring("key:".length())));
    }
    return new Pin(Pin.Kind.CERTIFICATE, hash(given, text));
  }

  private static String hash(Occurrence given, String text) {
    String hex = text.replace(":", "").toLowerCase(Locale.ROOT);
    if (hex.matches("[0-9a-f]{64}")) {
      return hex;
    }
    if (given.value().strip().equals(text)) {
      throw TransportText.wrong(given, EXPECTED); // Base64 alone could be of any of the three.
    }
    try {
      byte[] hash = Base64.getDecoder().decode(text);
      if (hash.length == SHA256_BYTES) {
        return HexFormat.of().formatHex(hash);
      }
    } catch (IllegalArgumentException e) {
      // Said below.
    }
    throw TransportText.wrong(given, EXPECTED);
  }
}
