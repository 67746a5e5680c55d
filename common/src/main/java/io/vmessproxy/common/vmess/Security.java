package io.vmessproxy.common.vmess;

import java.util.Locale;
import java.util.Optional;

/**
 * How a body is sealed. {@code auto} is no constant: it is resolved, by {@link #auto()}, before a
 * security reaches any codec. Source: VMess specification, "Request", field "Security".
 */
public enum Security {
  /**
   * AES-128 in CFB mode over the whole body, with a checksum in each chunk: anybody can change it.
   */
  AES_128_CFB("aes-128-cfb", 1),
  /** AES-128 in GCM mode. */
  AES_128_GCM("aes-128-gcm", 3),
  /** ChaCha20-Poly1305. */
  CHACHA20_POLY1305("chacha20-poly1305", 4),
  /** Chunks whose payload is plain. */
  NONE("none", 5),
  /** No body format at all: on the wire it is {@link #NONE} with no option set. */
  ZERO("zero", 5);

  private final String text;
  private final int code;

  Security(String text, int code) {
    this.text = text;
    this.code = code;
  }

  /** The name in settings: {@code aes-128-gcm}. */
  public String text() {
    return text;
  }

  /** Whether each chunk's payload has a tag. */
  public boolean sealsPayloads() {
    return this == AES_128_GCM || this == CHACHA20_POLY1305;
  }

  /** The number on the wire, 4 bits. */
  public int code() {
    return code;
  }

  /**
   * The security of a number on the wire, never {@link #ZERO}. 0, which nobody sends, is {@link
   * #AES_128_CFB}, as in V2Ray.
   *
   * @throws VmessException if there is none
   */
  public static Security of(int code) {
    return switch (code) {
      case 0, 1 -> AES_128_CFB;
      case 3 -> AES_128_GCM;
      case 4 -> CHACHA20_POLY1305;
      case 5 -> NONE;
      default ->
          throw new VmessException(
              ("request header: security %d (expected: 1 aes-128-cfb, 3 aes-128-gcm,"
                      + " 4 chacha20-poly1305 or 5 none)")
                  .formatted(code));
    };
  }

  /** The security that settings call {@code text}, {@code auto} resolved; empty if unknown. */
  public static Optional<Security> named(String text) {
    String name = text.toLowerCase(Locale.ROOT);
    if (name.equals("auto")) {
      return Optional.of(auto());
    }
    for (Security security : values()) {
      if (security.text.equals(name)) {
        return Optional.of(security);
      }
    }
    return Optional.empty();
  }

  /** AES-128-GCM where processors have instructions for it, ChaCha20-Poly1305 elsewhere. */
  public static Security auto() {
    return switch (System.getProperty("os.arch", "").toLowerCase(Locale.ROOT)) {
      case "amd64", "x86_64", "aarch64", "arm64", "s390x" -> AES_128_GCM;
      default -> CHACHA20_POLY1305;
    };
  }
}
