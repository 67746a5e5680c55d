package io.vmessproxy.common.crypto;

import java.security.Provider;
import java.security.spec.AlgorithmParameterSpec;
import java.util.HexFormat;
import java.util.List;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * ChaCha20-Poly1305 with a tag of 16 bytes, from Conscrypt where its native code loads, else from
 * the JDK. That one refuses the nonce of the call before in both directions. Source: RFC 8439.
 */
public final class ChaCha20Poly1305 extends JceAead {
  /** Length of a key. */
  public static final int KEY_BYTES = 32;

  private static final CipherSource SOURCE =
      CipherSource.choose(
          "ChaCha20-Poly1305",
          // RFC 8439, 2.8.2.
          new CipherSource.KnownAnswer(
              new SecretKeySpec(
                  HexFormat.of()
                      .parseHex("808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9f"),
                  "ChaCha20"),
              new IvParameterSpec(HexFormat.of().parseHex("070000004041424344454647")),
              new IvParameterSpec(new byte[NONCE_BYTES]),
              "4c616469657320616e642047656e746c656d656e206f662074686520636c6173"
                  + "73206f66202739393a204966204920636f756c64206f6666657220796f75206f"
                  + "6e6c79206f6e652074697020666f7220746865206675747572652c2073756e73"
                  + "637265656e20776f756c642062652069742e",
              "50515253c0c1c2c3c4c5c6c7",
              "d31a8d34648e60db7b86afbc53ef7ec2a4aded51296e08fea9e2b5a736ee62d6"
                  + "3dbea45e8ca9671282fafb69da92728b1a71de0a9e060b2905d6a5b67ecd3b36"
                  + "92ddbd7f2d778b8c9803aee328091b58fab324e4fad675945585808b4831d7bc"
                  + "3ff4def08e4b7a9de576d26586cec64b61161ae10b594f09e26a7e902ecbd060"
                  + "0691"),
          List.of("org.conscrypt.OpenSSLProvider"));

  /**
   * A cipher under {@code key}.
   *
   * @param key 32 bytes, copied
   */
  public ChaCha20Poly1305(byte[] key) {
    this(SOURCE, key);
  }

  ChaCha20Poly1305(CipherSource source, byte[] key) {
    super(source.newCipher(), keySpec(key));
  }

  private static SecretKeySpec keySpec(byte[] key) {
    if (key.length != KEY_BYTES) {
      throw new IllegalArgumentException(
          "ChaCha20 key: %d bytes (expected: 32)".formatted(key.length));
    }
    return new SecretKeySpec(key, "ChaCha20");
  }

  /** Who computes it; null: the JDK. */
  static @Nullable Provider provider() {
    return SOURCE.provider();
  }

  @Override
  AlgorithmParameterSpec parameters(byte[] nonce) {
    return new IvParameterSpec(nonce);
  }
}
