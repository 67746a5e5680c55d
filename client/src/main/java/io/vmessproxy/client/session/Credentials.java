package io.vmessproxy.client.session;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Who may use a listener. Empty: everybody. */
public final class Credentials {
  /** Nobody is asked for a password. */
  public static final Credentials NONE = new Credentials(List.of());

  private final List<Login> logins;

  public Credentials(List<Login> logins) {
    this.logins = List.copyOf(logins);
  }

  /** Whether a user and password must be given. */
  public boolean required() {
    return !logins.isEmpty();
  }

  /** Whether this user has this password. Takes the same time whichever byte differs. */
  public boolean accept(String user, String password) {
    boolean accepted = false;
    for (Login login : logins) {
      // Both halves and all entries are always compared: no short cut that a clock could see.
      boolean sameUser = same(login.user, user);
      boolean samePassword = same(login.password, password);
      accepted |= sameUser && samePassword;
    }
    return accepted;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Credentials that && logins.equals(that.logins);
  }

  @Override
  public int hashCode() {
    return logins.hashCode();
  }

  private static boolean same(String expected, String given) {
    return MessageDigest.isEqual(
        expected.getBytes(StandardCharsets.UTF_8), given.getBytes(StandardCharsets.UTF_8));
  }

  /** A user name, 1 to 255 bytes without a colon, and a password, 0 to 255 bytes. */
  public record Login(String user, String password) {
    /** Never the password. */
    @Override
    public String toString() {
      return user;
    }
  }
}
