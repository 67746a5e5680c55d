package io.vmessproxy.common.vmess.header;

import io.vmessproxy.common.crypto.Aead;
import io.vmessproxy.common.crypto.AesGcm;
import io.vmessproxy.common.crypto.NestedHmac;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Derives the keys and nonces of sealed headers: a {@link NestedHmac} with the lowest layer under a
 * fixed text, the path's elements above it, and the key as the message. Any thread.
 *
 * <p>Source: v2ray-core, {@code proxy/vmess/aead/kdf.go}.
 */
final class Kdf {
  private static final NestedHmac ROOT = NestedHmac.of(ascii("VMess AEAD KDF"));

  private Kdf() {}

  /** The 32 bytes for {@code key} and a path of any bytes. */
  static byte[] derive(byte[] key, byte[]... path) {
    return ROOT.hash(key, path);
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  /** A fixed first element of a path, with its layer made ready. */
  static final class Salt {
    static final Salt REQUEST_LENGTH_KEY = new Salt("VMess Header AEAD Key_Length");
    static final Salt REQUEST_LENGTH_NONCE = new Salt("VMess Header AEAD Nonce_Length");
    static final Salt REQUEST_KEY = new Salt("VMess Header AEAD Key");
    static final Salt REQUEST_NONCE = new Salt("VMess Header AEAD Nonce");
    static final Salt RESPONSE_LENGTH_KEY = new Salt("AEAD Resp Header Len Key");
    static final Salt RESPONSE_LENGTH_NONCE = new Salt("AEAD Resp Header Len IV");
    static final Salt RESPONSE_KEY = new Salt("AEAD Resp Header Key");
    static final Salt RESPONSE_NONCE = new Salt("AEAD Resp Header IV");

    private final NestedHmac layer;

    private Salt(String text) {
      this.layer = ROOT.layer(ascii(text));
    }

    /** A key of 16 bytes. */
    byte[] key(byte[] key, byte[]... path) {
      return Arrays.copyOf(layer.hash(key, path), AesGcm.KEY_BYTES);
    }

    /** A nonce of 12 bytes. */
    byte[] nonce(byte[] key, byte[]... path) {
      return Arrays.copyOf(layer.hash(key, path), Aead.NONCE_BYTES);
    }
  }
}
