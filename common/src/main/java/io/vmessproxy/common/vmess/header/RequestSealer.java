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
  private RequestSealer() {}

  /** For an account with alternative ids the older form, for others {@link AeadSeal}'s. */
  public static RequestSealer of(Account account) {
    CommandKey key = CommandKey.of(account.id());
    return account.alterId() == 0
        ? new Aead(key)
        : new Legacy(key, AlterIds.of(account.id(), account.alterId()));
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
    /** V2Ray 4.34's: 30 s back to 29 s ahead. Servers take 120 s, which leaves 90 for clocks. */
    private static final int JITTER_SECONDS = 60;

    private final CommandKey key;
    private final List<UserId> authIds;

    private Legacy(CommandKey key, List<UserId> authIds) {
      this.key = key;
      this.authIds = authIds;
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
      long time = unixSeconds - JITTER_SECONDS / 2 + random.nextInt(JITTER_SECONDS);
      UserId authId = authIds.get(random.nextInt(authIds.size()));
      byte[] padding = new byte[random.nextInt(RequestHeaderCodec.MAX_PADDING_BYTES + 1)];
      random.nextBytes(padding);
      LegacySeal.seal(header, key, authId, time, padding, out);
    }
  }
}
