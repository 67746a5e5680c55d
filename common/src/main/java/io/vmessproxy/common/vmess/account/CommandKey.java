package io.vmessproxy.common.vmess.account;

import io.vmessproxy.common.crypto.AesBlock;
import io.vmessproxy.common.crypto.Digests;
import io.vmessproxy.common.crypto.NestedHmac;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;

/**
 * The key that seals a user's request headers: MD5 of his id and a fixed text, 16 bytes. Keeps the
 * cipher of his auth ids, too, so make one for each user and hold on to it. Any thread; {@link
 * #toString} shows nothing.
 *
 * <p>Source: VMess specification, "Authentication"; v2ray-core, {@code proxy/vmess/aead}.
 */
public final class CommandKey {
  /** Length of a key. */
  public static final int BYTES = 16;

  private static final byte[] ID_SALT = ascii("c48619fe-8f02-49e0-b9e9-edf763e17e21");

  private static final NestedHmac AUTH_ID_KDF =
      NestedHmac.of(ascii("VMess AEAD KDF")).layer(ascii("AES Auth ID Encryption"));

  private final byte[] value;
  private final AesBlock authIdCipher;

  private CommandKey(byte[] value) {
    this.value = value;
    this.authIdCipher = new AesBlock(Arrays.copyOf(AUTH_ID_KDF.hash(value), AesBlock.BYTES));
  }

  /** The key of the user with this id (the main one, where he has alternative ids). */
  public static CommandKey of(UserId id) {
    MessageDigest md5 = Digests.md5();
    md5.update(id.bytes());
    return new CommandKey(md5.digest(ID_SALT));
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  /** The 16 bytes, a copy. */
  public byte[] bytes() {
    return value.clone();
  }

  /** The cipher that hides the time in this user's auth ids. */
  public AesBlock authIdCipher() {
    return authIdCipher;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof CommandKey that && MessageDigest.isEqual(value, that.value);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(value);
  }

  @Override
  public String toString() {
    return "CommandKey[secret]";
  }
}
