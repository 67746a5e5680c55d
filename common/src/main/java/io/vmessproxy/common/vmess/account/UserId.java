package io.vmessproxy.common.vmess.account;

import io.vmessproxy.common.crypto.Digests;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;

/** A user's id: 16 bytes, a secret. {@link #toString} shows only its ends. */
public final class UserId {
  /** Length of an id. */
  public static final int BYTES = 16;

  /** The longest name, bytes of UTF-8; a longer one is more likely a UUID with a slip. */
  public static final int MAX_NAME_BYTES = 30;

  private static final int[] GROUPS = {8, 4, 4, 4, 12};

  private final byte[] value;

  private UserId(byte[] value) {
    this.value = value;
  }

  /**
   * Reads {@code 8-4-4-4-12} hex digits, or 32 of them without dashes; any case.
   *
   * <p>Stricter than {@link java.util.UUID#fromString}, which takes shortened groups.
   *
   * @throws IllegalArgumentException if the text is neither; the message does not repeat the text
   */
  public static UserId parse(String text) {
    String digits = text;
    if (text.length() == 36) {
      StringBuilder joined = new StringBuilder(32);
      int at = 0;
      for (int group : GROUPS) {
        if (at > 0 && text.charAt(at++) != '-') {
          throw notAUuid();
        }
        joined.append(text, at, at + group);
        at += group;
      }
      digits = joined.toString();
    }
    if (digits.length() != 2 * BYTES) {
      throw notAUuid();
    }
    try {
      return new UserId(HexFormat.of().parseHex(digits));
    } catch (IllegalArgumentException e) {
      throw notAUuid();
    }
  }

  /**
   * Reads a UUID as {@link #parse} does, and takes any other text of 1 to 30 bytes for a name.
   *
   * @throws IllegalArgumentException if the text is neither; the message does not repeat the text
   */
  public static UserId read(String text) {
    if (text.length() > MAX_NAME_BYTES) {
      return parse(text);
    }
    return fromName(text);
  }

  /**
   * The id that stands for a name: a version 5 UUID under the namespace of zeros.
   *
   * <p>Source: Xray-core 1.3 and sing-vmess 0.1, which take the same names.
   *
   * @param name 1 to 30 bytes of UTF-8
   */
  public static UserId fromName(String name) {
    byte[] text = name.getBytes(StandardCharsets.UTF_8);
    if (text.length == 0 || text.length > MAX_NAME_BYTES) {
      throw new IllegalArgumentException(
          "neither a UUID (8-4-4-4-12 hex digits) nor a name: %d bytes (expected: 1 to 30)"
              .formatted(text.length));
    }
    MessageDigest sha1 = Digests.sha1();
    sha1.update(new byte[BYTES]);
    return new UserId(asUuid(Arrays.copyOf(sha1.digest(text), BYTES), 5));
  }

  /** An id from its 16 bytes, which are copied. */
  public static UserId of(byte[] bytes) {
    if (bytes.length != BYTES) {
      throw new IllegalArgumentException(
          "user id: %d bytes (expected: 16)".formatted(bytes.length));
    }
    return new UserId(bytes.clone());
  }

  /** A fresh random id (a version 4 UUID). */
  public static UserId random(SecureRandom random) {
    byte[] bytes = new byte[BYTES];
    random.nextBytes(bytes);
    return new UserId(asUuid(bytes, 4));
  }

  /** Writes the version and the variant of RFC 4122 into {@code bytes}. */
  private static byte[] asUuid(byte[] bytes, int version) {
    bytes[6] = (byte) ((bytes[6] & 0x0f) | (version << 4));
    bytes[8] = (byte) ((bytes[8] & 0x3f) | 0x80);
    return bytes;
  }

  private static IllegalArgumentException notAUuid() {
    return new IllegalArgumentException("not a UUID (expected: 8-4-4-4-12 hex digits)");
  }

  /** The 16 bytes, a copy. */
  public byte[] bytes() {
    return value.clone();
  }

  /** The whole id as text, 8-4-4-4-12: a secret, for configurations only. */
  public String reveal() {
    String hex = HexFormat.of().formatHex(value);
    return "%s-%s-%s-%s-%s"
        .formatted(
            hex.substring(0, 8),
            hex.substring(8, 12),
            hex.substring(12, 16),
            hex.substring(16, 20),
            hex.substring(20));
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof UserId that && MessageDigest.isEqual(value, that.value);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(value);
  }

  /** The first eight and the last four digits: {@code 27848739-…-4b6b}. */
  @Override
  public String toString() {
    String hex = HexFormat.of().formatHex(value);
    return hex.substring(0, 8) + "-…-" + hex.substring(28);
  }
}
