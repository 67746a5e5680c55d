package io.vmessproxy.common.vmess;

import io.vmessproxy.common.crypto.Digests;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;

/**
 * The secrets of one session, chosen by the client: key and IV of the request body, those of the
 * response that follow from them (the first 16 bytes of their SHA-256, or in the legacy form their
 * MD5), and the byte that the response header repeats. Arrays go in and out as copies; {@link
 * #toString} shows nothing.
 *
 * <p>Source: VMess specification, "Request" and "Response".
 */
public final class SessionKeys {
  /** Length of each key and each IV. */
  public static final int BYTES = 16;

  private final byte[] requestKey;
  private final byte[] requestIv;
  private final byte[] responseKey;
  private final byte[] responseIv;
  private final byte responseAuth;
  private final HeaderForm form;

  private SessionKeys(byte[] requestKey, byte[] requestIv, byte responseAuth, HeaderForm form) {
    this.requestKey = requestKey;
    this.requestIv = requestIv;
    this.responseKey = response(form, requestKey);
    this.responseIv = response(form, requestIv);
    this.responseAuth = responseAuth;
    this.form = form;
  }

  /** Fresh keys for a new session under an AEAD header. */
  public static SessionKeys random(SecureRandom random) {
    return random(random, HeaderForm.AEAD);
  }

  /** Fresh keys for a new session. */
  public static SessionKeys random(SecureRandom random, HeaderForm form) {
    byte[] drawn = new byte[2 * BYTES + 1];
    random.nextBytes(drawn);
    return new SessionKeys(
        Arrays.copyOf(drawn, BYTES),
        Arrays.copyOfRange(drawn, BYTES, 2 * BYTES),
        drawn[2 * BYTES],
        form);
  }

  /** The keys that an AEAD request header names. */
  public static SessionKeys of(byte[] requestKey, byte[] requestIv, byte responseAuth) {
    return of(requestKey, requestIv, responseAuth, HeaderForm.AEAD);
  }

  /**
   * The keys that a request header names.
   *
   * @param requestKey 16 bytes
   * @param requestIv 16 bytes
   */
  public static SessionKeys of(
      byte[] requestKey, byte[] requestIv, byte responseAuth, HeaderForm form) {
    return new SessionKeys(
        checked("request key", requestKey), checked("request IV", requestIv), responseAuth, form);
  }

  private static byte[] checked(String what, byte[] bytes) {
    if (bytes.length != BYTES) {
      throw new IllegalArgumentException(
          "%s: %d bytes (expected: 16)".formatted(what, bytes.length));
    }
    return bytes.clone();
  }

  private static byte[] response(HeaderForm form, byte[] request) {
    return switch (form) {
      case AEAD -> Arrays.copyOf(Digests.sha256().digest(request), BYTES);
      case LEGACY -> Digests.md5().digest(request);
    };
  }

  /** How the header that these keys came with is sealed. */
  public HeaderForm form() {
    return form;
  }

  /** The request body's key, 16 bytes. */
  public byte[] requestKey() {
    return requestKey.clone();
  }

  /** The request body's IV, 16 bytes. */
  public byte[] requestIv() {
    return requestIv.clone();
  }

  /** The key of the response header and body, 16 bytes. */
  public byte[] responseKey() {
    return responseKey.clone();
  }

  /** The IV of the response header and body, 16 bytes. */
  public byte[] responseIv() {
    return responseIv.clone();
  }

  /** The byte V that the response header must repeat. */
  public byte responseAuth() {
    return responseAuth;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof SessionKeys that
        && MessageDigest.isEqual(requestKey, that.requestKey)
        && MessageDigest.isEqual(requestIv, that.requestIv)
        && responseAuth == that.responseAuth
        && form == that.form;
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(requestIv);
  }

  @Override
  public String toString() {
    return "SessionKeys[secret]";
  }
}
