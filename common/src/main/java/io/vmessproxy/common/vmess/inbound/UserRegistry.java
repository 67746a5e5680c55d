package io.vmessproxy.common.vmess.inbound;

import io.vmessproxy.common.vmess.HeaderForm;
import io.vmessproxy.common.vmess.RequestHeader;
import io.vmessproxy.common.vmess.VmessException;
import io.vmessproxy.common.vmess.account.CommandKey;
import io.vmessproxy.common.vmess.account.UserId;
import io.vmessproxy.common.vmess.header.AuthId;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Who may use an inbound, and what they have sent lately. May be called from any thread.
 *
 * <p>An AEAD request costs one AES block for each user that is tried, and those seen last are tried
 * first; what is none of theirs is looked for in the {@link LegacyTable}. Neither waits for another
 * connection, but for the moment that a {@link ReplayGuard} takes.
 *
 * <p>Source: VMess specification, "Authentication Information"; V2Ray 4.34 for the windows.
 */
final class UserRegistry {
  /** How far a client's clock may be off, either way. */
  static final long MAX_SKEW_SECONDS = LegacyTable.WINDOW_SECONDS;

  private static final long SESSION_MEMORY_SECONDS = 180;

  /** Users that are seen at these places of the order stay there. */
  private static final int FRONT = 2;

  /** What a start may wait for: legacy authentications, about 50 ms of them. */
  private static final int QUICK_AUTHS = 50_000;

  /** A legacy client's clock may be right and its second be off by 30: it is drawn. */
  private static final int USUAL_SKEW_SECONDS = 35;

  private final Clock clock;
  private final AtomicReference<User[]> order; // the ones seen last in front
  private final LegacyTable legacy;
  private final ReplayGuard authIds = new ReplayGuard(MAX_SKEW_SECONDS);
  private final ReplayGuard sessions = new ReplayGuard(SESSION_MEMORY_SECONDS);
  // From its second's entering the window to its leaving is twice the skew, and this very second.
  private final ReplayGuard burned = new ReplayGuard(2 * MAX_SKEW_SECONDS + 1);

  /** A user and the key that follows from his id. Each is one object, compared as such. */
  record User(InboundUser settings, CommandKey key) {
    static User of(InboundUser settings) {
      return new User(settings, CommandKey.of(settings.id()));
    }

    @Override
    public String toString() {
      return "user " + settings;
    }
  }

  /**
   * Who sent a request.
   *
   * @param unixSeconds when, by his clock
   */
  record Sender(User user, HeaderForm form, long unixSeconds) {}

  /**
   * @throws IllegalArgumentException if the users have too many alternative ids together
   */
  UserRegistry(List<InboundUser> users, Clock clock) {
    User[] all = distinct(users).stream().map(User::of).toArray(User[]::new);
    this.clock = clock;
    this.order = new AtomicReference<>(all);
    this.legacy = new LegacyTable(List.of(all));
    coverWhatIsQuick();
  }

  /** Of two users with one id the later one counts, as in V2Ray. */
  private static Collection<InboundUser> distinct(List<InboundUser> users) {
    Map<UserId, InboundUser> byId = new LinkedHashMap<>();
    users.forEach(user -> byId.put(user.id(), user));
    return byId.values();
  }

  private void coverWhatIsQuick() {
    if (legacy.size() * LegacyTable.SECONDS <= QUICK_AUTHS) {
      legacy.cover(now());
    } else if (legacy.size() * (2 * USUAL_SKEW_SECONDS + 1) <= QUICK_AUTHS) {
      legacy.cover(now(), USUAL_SKEW_SECONDS);
    }
  }

  /**
   * Keeps the legacy table up with the clock and with new users: to be called every second or so,
   * and never on an event loop.
   */
  void refresh() {
    legacy.cover(now());
  }

  /**
   * Takes one more user: at once for AEAD requests, for legacy ones as {@link #refresh} goes on.
   *
   * @throws IllegalArgumentException if that is too many alternative ids
   */
  void add(InboundUser settings) {
    User user = User.of(settings);
    legacy.add(user);
    order.updateAndGet(all -> moved(user, all, all.length));
  }

  /**
   * The user who made these 16 bytes, now; an AEAD auth id also must be there for the first time.
   *
   * @throws VmessException if nobody did; the message is for our log alone
   */
  Sender identify(byte[] authId) {
    long now = now();
    String refusal =
        "no user made the auth id (an unknown id, or a legacy client whose clock is off)";
    User[] all = order.get();
    for (int i = 0; i < all.length; i++) {
      User user = all[i];
      OptionalLong time = AuthId.open(user.key, authId);
      if (time.isEmpty()) {
        continue;
      }
      long skew = time.getAsLong() - now;
      if (time.getAsLong() < 0 || Math.abs(skew) > MAX_SKEW_SECONDS) {
        // By chance another user's key may fit as well, once in 2^32.
        refusal =
            "%s, clock %+d s off (expected: within %d s)".formatted(user, skew, MAX_SKEW_SECONDS);
        continue;
      }
      if (!authIds.firstTime(authId, now)) {
        throw new VmessException("%s, a replay".formatted(user));
      }
      if (i >= FRONT) {
        // Whoever else has changed the order meanwhile: his change is as good as this one.
        order.compareAndSet(all, moved(user, all, i));
      }
      return new Sender(user, HeaderForm.AEAD, time.getAsLong());
    }
    Sender sender = identifyLegacy(authId, now);
    if (sender == null) {
      throw new VmessException(refusal);
    }
    return sender;
  }

  private @Nullable Sender identifyLegacy(byte[] auth, long now) {
    LegacyTable.Match match = legacy.find(auth, now);
    if (match == null) {
      return null;
    }
    if (burned.remembers(auth, now)) {
      throw new VmessException(
          "%s, legacy: a header behind this auth value was wrong before".formatted(match.user()));
    }
    return new Sender(match.user(), HeaderForm.LEGACY, match.second());
  }

  /** All with one of them in front: the one at {@code index}, or one more behind the last. */
  private static User[] moved(User user, User[] all, int index) {
    User[] moved = new User[Math.max(all.length, index + 1)];
    moved[0] = user;
    System.arraycopy(all, 0, moved, 1, index);
    if (index < all.length) {
      System.arraycopy(all, index + 1, moved, index + 1, all.length - index - 1);
    }
    return moved;
  }

  /**
   * Refuses a legacy auth value from now on: what followed it was wrong. Such headers can be
   * altered without knowing a key, and whoever does shall have one try only.
   */
  void burn(byte[] auth) {
    burned.firstTime(auth, now());
  }

  /**
   * Notes a request's session keys.
   *
   * @throws VmessException if the user has sent them before
   */
  void admit(User user, RequestHeader header) {
    byte[] session =
        ByteBuffer.allocate(3 * 16)
            .put(user.settings.id().bytes())
            .put(header.keys().requestKey())
            .put(header.keys().requestIv())
            .array();
    if (!sessions.firstTime(session, now())) {
      throw new VmessException("request header: its session keys were used before");
    }
  }

  private long now() {
    return clock.instant().getEpochSecond();
  }
}
