package io.vmessproxy.client.transport.ws;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.concurrent.ThreadLocalRandom;

/** The key of an upgrade request and the answer to it. Source: RFC 6455, section 1.3. */
final class UpgradeKey {
  private static final String SUFFIX = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
  private static final int BYTES = 16;

  private UpgradeKey() {}

  /** A new one. It is no secret. */
  static String random() {
    byte[] key = new byte[BYTES];
    ThreadLocalRandom.current().nextBytes(key);
    return Base64.getEncoder().encodeToString(key);
  }

  /** What a server that speaks WebSocket answers. */
  static String accept(String key) {
    try {
      byte[] text = (key + SUFFIX).getBytes(StandardCharsets.UTF_8);
      return Base64.getEncoder().encodeToString(MessageDigest.getInstance("SHA-1").digest(text));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // Every Java has it.
    }
  }
}
