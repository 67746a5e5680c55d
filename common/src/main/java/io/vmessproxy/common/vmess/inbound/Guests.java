package io.vmessproxy.common.vmess.inbound;

import io.vmessproxy.common.vmess.account.UserId;
import java.security.SecureRandom;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The users of a server by email, and those made for the users of others whom a detour sends here.
 * They stay as long as the server. Any thread.
 *
 * <p>Source: V2Ray 4.34, proxy/vmess/inbound, {@code userByEmail}: users without email share one.
 */
final class Guests {
  private static final Logger LOG = LoggerFactory.getLogger(Guests.class);

  /** The most users made here. */
  private static final int MAX = 1024;

  private final Map<String, InboundUser> byEmail = new HashMap<>();
  private final InboundOptions options;
  private final Consumer<InboundUser> admit;
  private final SecureRandom random;
  private int made;
  private boolean full;

  /**
   * @param admit makes the server take a new user; throws {@link IllegalArgumentException} if there
   *     is no room for him
   */
  Guests(
      List<InboundUser> users,
      InboundOptions options,
      Consumer<InboundUser> admit,
      SecureRandom random) {
    users.forEach(user -> byEmail.put(lowerCase(user.email()), user));
    this.options = options;
    this.admit = admit;
    this.random = random;
  }

  /** The user with this email, made if there is none; null if there are too many. */
  synchronized @Nullable InboundUser named(String email) {
    String name = lowerCase(email);
    InboundUser known = byEmail.get(name);
    if (known != null || full) {
      return known;
    }
    InboundUser guest =
        new InboundUser(UserId.random(random), options.guestAlterId(), options.guestLevel(), name);
    try {
      admit.accept(guest);
    } catch (IllegalArgumentException e) {
      LOG.warn("detour: no user can be made any more ({})", e.getMessage());
      full = true;
      return null;
    }
    byEmail.put(name, guest);
    made++;
    if (made == MAX) {
      LOG.warn("detour: {} users were made, others get no suggestion", made);
      full = true;
    }
    return guest;
  }

  private static String lowerCase(String email) {
    return email.toLowerCase(Locale.ROOT);
  }
}
