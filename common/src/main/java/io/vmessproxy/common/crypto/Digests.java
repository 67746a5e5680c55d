package io.vmessproxy.common.crypto;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** The JDK's digests, without the exception that every Java platform rules out. */
public final class Digests {
  private Digests() {}

  /** A fresh MD5, 16 bytes of output. */
  public static MessageDigest md5() {
    return digest("MD5");
  }

  /** A fresh SHA-1, 20 bytes of output. */
  public static MessageDigest sha1() {
    return digest("SHA-1");
  }

  /** A fresh SHA-256, 32 bytes of output. */
  public static MessageDigest sha256() {
    return digest("SHA-256");
  }

  private static MessageDigest digest(String name) {
    try {
      return MessageDigest.getInstance(name);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("this Java lacks " + name, e);
    }
  }
}
