package io.vmessproxy.client.routing;

import io.vmessproxy.common.net.Address;
import io.vmessproxy.common.net.Destination;
import io.vmessproxy.common.net.SpecialAddresses;
import java.net.InetAddress;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Which targets are meant. A rule for names looks at the name alone, in lower case and without the
 * dot at its end; a rule for addresses at what the target was found to be or, where nothing was
 * looked up, at an address that the target was named by.
 */
public sealed interface Rule {
  /**
   * Whether this target is meant.
   *
   * @param named as the client named it
   * @param address what that is; null where it was not looked up
   */
  boolean matches(Destination named, @Nullable InetAddress address);

  /** The name to compare with; empty, which no rule matches, for an address. */
  private static String name(Destination named) {
    return named.address() instanceof Address.Domain domain ? normal(domain.host()) : "";
  }

  private static String normal(String name) {
    String lower = name.toLowerCase(Locale.ROOT);
    return lower.endsWith(".") ? lower.substring(0, lower.length() - 1) : lower;
  }

  /** The address to compare with; null for a name that was not looked up. */
  private static @Nullable Address literal(Destination named, @Nullable InetAddress address) {
    if (address != null) {
      return Address.ofBytes(address.getAddress());
    }
    return named.address() instanceof Address.Domain ? null : named.address();
  }

  /** A name and all names below it. */
  record DomainAndBelow(String name) implements Rule {
    public DomainAndBelow {
      name = normal(name);
    }

    @Override
    public boolean matches(Destination named, @Nullable InetAddress address) {
      String host = Rule.name(named);
      int begin = host.length() - name.length();
      return host.endsWith(name) && (begin == 0 || host.charAt(begin - 1) == '.');
    }
  }

  /** This name only. */
  record FullName(String name) implements Rule {
    public FullName {
      name = normal(name);
    }

    @Override
    public boolean matches(Destination named, @Nullable InetAddress address) {
      return Rule.name(named).equals(name);
    }
  }

  /** Names with this in them. */
  record Keyword(String text) implements Rule {
    public Keyword {
      text = text.toLowerCase(Locale.ROOT);
    }

    @Override
    public boolean matches(Destination named, @Nullable InetAddress address) {
      return Rule.name(named).contains(text);
    }
  }

  /** Names in which the expression is found. A name has 255 characters at most. */
  record Regexp(Pattern pattern) implements Rule {
    @Override
    public boolean matches(Destination named, @Nullable InetAddress address) {
      String host = Rule.name(named);
      return !host.isEmpty() && pattern.matcher(host).find();
    }
  }

  /** Addresses of a block. */
  record Ip(Cidr block) implements Rule {
    @Override
    public boolean matches(Destination named, @Nullable InetAddress address) {
      Address literal = literal(named, address);
      return literal != null && block.contains(literal);
    }
  }

  /** {@link SpecialAddresses}; and {@code localhost}, which is one by its name (RFC 6761 §6.3). */
  record Private() implements Rule {
    private static final DomainAndBelow LOCALHOST = new DomainAndBelow("localhost");

    @Override
    public boolean matches(Destination named, @Nullable InetAddress address) {
      if (address != null) {
        return SpecialAddresses.isPrivate(address);
      }
      return LOCALHOST.matches(named, null) || SpecialAddresses.isPrivate(named.address());
    }
  }

  /** Ports from one to another, both included. */
  record Port(int first, int last) implements Rule {
    @Override
    public boolean matches(Destination named, @Nullable InetAddress address) {
      return named.port() >= first && named.port() <= last;
    }
  }
}
