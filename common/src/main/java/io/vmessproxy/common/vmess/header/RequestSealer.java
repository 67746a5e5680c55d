package io.vmessproxy.common.vmess.header;

import io.netty.buffer.ByteBuf;
import io.vmessproxy.common.vmess.HeaderForm;
import io.vmessproxy.common.vmess.RequestHeader;
import io.vmessproxy.common.vmess.account.Account;
import io.vmessproxy.common.vmess.account.AlterIds;
import io.vmessproxy.common.vmess.account.CommandKey;
import io.vmessproxy.common.vmess.account.UserId;
import java.security.SecureRandom;
import java.util.List;

/** Seals the request headers of one user, a client's end. Any thread. */
public abstract sealed class RequestSealer {
  /** V2Ray 4.34's: 30 s back to 29 s ahead. Servers take 120 s, which leaves 90 for clocks. */
  private static final int JITTER_SECONDS = 60;

  private RequestSealer() {}

  /** For an account with alternative ids the older form, for others {@link AeadSeal}'s. */
  public static RequestSealer of(Account account) {
    CommandKey key = CommandKey.of(account.id());
    return account.alterId() == 0
        ? new Aead(key)
        : new Legacy(key, AlterIds.of(account.id(), account.alterId()), JITTER_SECONDS);
  }

  /**
   * Seals in a form of the caller's choice and at the very second given: to find out what a server
   * takes. A legacy header has the user's first alternative id, or his own where there is none,
   * which every server that takes the form knows.
   */
  public static RequestSealer exact(Account account, HeaderForm form) {
    CommandKey key = CommandKey.of(account.id());
    return switch (form) {
      case AEAD -> new Aead(key);
      case LEGACY ->
          new Legacy(
              key,
              account.alterId() == 0 ? List.of(account.id()) : AlterIds.of(account.id(), 1),
              0);
    };
  }

  /** The form, which the session's keys must have, too. */
  public abstract HeaderForm form();

  /** The most that {@link #seal} appends. */
  public abstract int maxBytes();

  /** Appends a whole header, sealed, to {@code out}. */
  public abstract void seal(
      RequestHeader header, long unixSeconds, SecureRandom random, ByteBuf out);

  /** See {@link AeadSeal}. */
  private static final class Aead extends RequestSealer {
    private final CommandKey key;

    private Aead(CommandKey key) {
      this.key = key;
    }

    @Override
    public HeaderForm form() {
      return HeaderForm.AEAD;
    }

    @Override
    public int maxBytes() {
      return AeadSeal.MAX_BYTES;
    }

    @Override
    public void seal(RequestHeader header, long unixSeconds, SecureRandom random, ByteBuf out) {
      AeadSeal.seal(header, key, unixSeconds, random, out);
    }
  }

  /** See {@link LegacySeal}. Each header has another of the user's ids and some seconds' error. */
  private static final class Legacy extends RequestSealer {
    private final CommandKey key;
    private final List<UserId> authIds;
    private final int jitterSeconds;

    private Legacy(CommandKey key, List<UserId> authIds, int jitterSeconds) {
      this.key = key;
      this.authIds = authIds;
      this.jitterSeconds = jitterSeconds;
    }

    @Override
    public HeaderForm form() {
      return HeaderForm.LEGACY;
    }

    @Override
    public int maxBytes() {
      return LegacySeal.MAX_BYTES;
    }

    @Override
    public void seal(RequestHeader header, long unixSeconds, SecureRandom random, ByteBuf out) {
      int jitter = jitterSeconds == 0 ? 0 : random.nextInt(jitterSeconds) - jitterSeconds / 2;
      UserId authId = authIds.get(random.nextInt(authIds.size()));
      byte[] padding = new byte[random.nextInt(RequestHeaderCodec.MAX_PADDING_BYTES + 1)];
      random.nextBytes(padding);
      LegacySeal.seal(header, key, authId, unixSeconds + jitter, padding, out);
    }
  }
}
