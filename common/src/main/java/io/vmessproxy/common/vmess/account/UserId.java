package io.vmessproxy.common.vmess.account;

import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;

/** A user's id: 16 bytes, a secret. {@link #toString} shows only its ends. */
public final class UserId {
  /** Length of an id. */
  public static final int BYTES = 16;

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
    bytes[6] = (byte) ((bytes[6] & 0x0f) | 0x40);
    bytes[8] = (byte) ((bytes[8] & 0x3f) | 0x80);
    return new UserId(bytes);
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
