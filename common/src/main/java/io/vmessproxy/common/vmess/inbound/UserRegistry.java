package io.vmessproxy.common.vmess.inbound;

import io.vmessproxy.common.vmess.RequestHeader;
import io.vmessproxy.common.vmess.VmessException;
import io.vmessproxy.common.vmess.account.Account;
import io.vmessproxy.common.vmess.account.CommandKey;
import io.vmessproxy.common.vmess.header.AuthId;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.util.List;
import java.util.OptionalLong;

/**
 * Who may use an inbound, and what they have sent lately. May be called from any thread.
 *
 * <p>Source: VMess specification, "Authentication Information"; V2Ray 4.34 for the windows.
 */
final class UserRegistry {
  /** How far a client's clock may be off, either way. */
  static final long MAX_SKEW_SECONDS = 120;

  private static final long SESSION_MEMORY_SECONDS = 180;

  private final List<User> users;
  private final Clock clock;
  private final ReplayGuard authIds = new ReplayGuard(MAX_SKEW_SECONDS);
  private final ReplayGuard sessions = new ReplayGuard(SESSION_MEMORY_SECONDS);

  /** One account and the key that follows from its id. */
  record User(Account account, CommandKey key) {}

  UserRegistry(List<Account> accounts, Clock clock) {
    this.users =
        accounts.stream().map(account -> new User(account, CommandKey.of(account.id()))).toList();
    this.clock = clock;
  }

  /**
   * The user who made this auth id, now and for the first time.
   *
   * @param authId 16 bytes
   * @throws VmessException if nobody did; the message is for our log alone
   */
  User authenticate(byte[] authId) {
    long now = clock.instant().getEpochSecond();
    String refusal = "auth id: no user made it";
    for (User user : users) {
      OptionalLong time = AuthId.open(user.key, authId);
      if (time.isEmpty()) {
        continue;
      }
      long skew = time.getAsLong() - now;
      if (time.getAsLong() < 0 || Math.abs(skew) > MAX_SKEW_SECONDS) {
        // By chance another user's key may fit as well, once in 2^32.
        refusal =
            "auth id: user %s, clock %+d s off (expected: within %d s)"
                .formatted(user.account.id(), skew, MAX_SKEW_SECONDS);
        continue;
      }
      if (!authIds.firstTime(authId, now)) {
        throw new VmessException("auth id: user %s, a replay".formatted(user.account.id()));
      }
      return user;
    }
    throw new VmessException(refusal);
  }

  /**
   * Notes a request's session keys.
   *
   * @throws VmessException if the user has sent them before
   */
  void admit(User user, RequestHeader header) {
    byte[] session =
        ByteBuffer.allocate(3 * 16)
            .put(user.account.id().bytes())
            .put(header.keys().requestKey())
            .put(header.keys().requestIv())
            .array();
    if (!sessions.firstTime(session, clock.instant().getEpochSecond())) {
      throw new VmessException(
          "request header: user %s, session keys used before".formatted(user.account.id()));
    }
  }

  /** A hash of all user ids: what differs from server to server, and stays as long as they do. */
  byte[] fingerprint() {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      users.forEach(user -> digest.update(user.account.id().bytes()));
      return digest.digest();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
