package io.vmessproxy.client.session;

import io.vmessproxy.common.crypto.Digests;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Who may use a listener. Empty: everybody. */
public final class Credentials {
  /** Nobody is asked for a password. */
  public static final Credentials NONE = new Credentials(List.of());

  private final List<Login> logins;
  private final List<Hashed> hashed;

  public Credentials(List<Login> logins) {
    this.logins = List.copyOf(logins);
    this.hashed =
        this.logins.stream().map(login -> new Hashed(login.user, login.password)).toList();
  }

  /** Whether a user and password must be given. */
  public boolean required() {
    return !logins.isEmpty();
  }

  /** Whether this user has this password. Takes the same time whatever differs. */
  public boolean accept(String user, String password) {
    Hashed given = new Hashed(user, password);
    boolean accepted = false;
    for (Hashed expected : hashed) {
      // Both halves and all entries are always compared: no short cut that a clock could see.
      boolean sameUser = MessageDigest.isEqual(expected.user, given.user);
      boolean samePassword = MessageDigest.isEqual(expected.password, given.password);
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

  /** Both words by their digests: of the same length, however long the words are. */
  private static final class Hashed {
    private final byte[] user;
    private final byte[] password;

    Hashed(String user, String password) {
      this.user = sha256(user);
      this.password = sha256(password);
    }

    private static byte[] sha256(String word) {
      return Digests.sha256().digest(word.getBytes(StandardCharsets.UTF_8));
    }
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
