package io.vmessproxy.common.vmess.account;

import io.vmessproxy.common.crypto.Digests;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * The alternative ids of a user, under which legacy request headers are authenticated: each is the
 * MD5 of the one before it, the main id being the first's, and a fixed text.
 *
 * <p>Source: VMess specification, "Authentication Information"; V2Ray 4.34, common/protocol/id.go,
 * without its provision for an id that is its own successor: no such id is known to anybody.
 */
public final class AlterIds {
  private static final byte[] SALT = ascii("16167dc8-16b6-4e6d-b8bb-65dd68113a81");

  private AlterIds() {}

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  /**
   * The first {@code count} alternative ids of {@code main}, in order.
   *
   * @param count 0 to 65535
   */
  public static List<UserId> of(UserId main, int count) {
    if (count < 0 || count > 0xffff) {
      throw new IllegalArgumentException("alterId: " + count + " (expected: 0..65535)");
    }
    MessageDigest md5 = Digests.md5();
    List<UserId> ids = new ArrayList<>(count);
    byte[] last = main.bytes();
    for (int i = 0; i < count; i++) {
      md5.update(last);
      last = md5.digest(SALT);
      ids.add(UserId.of(last));
    }
    return Collections.unmodifiableList(ids);
  }
}
