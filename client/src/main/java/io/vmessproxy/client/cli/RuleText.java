package io.vmessproxy.client.cli;

import io.vmessproxy.client.routing.Cidr;
import io.vmessproxy.client.routing.Rule;
import io.vmessproxy.client.settings.HostPort;
import io.vmessproxy.client.settings.Masked;
import io.vmessproxy.client.settings.Numbers;
import io.vmessproxy.client.settings.PortRange;
import io.vmessproxy.client.settings.SettingsException;
import io.vmessproxy.common.net.Address;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/** {@code KIND:VALUE}, or {@code private}. */
final class RuleText {
  private static final String PRIVATE = "private";
  private static final String KINDS =
      "expected: domain:NAME, full:NAME, keyword:TEXT, regexp:RE, ip:CIDR, port:N, port:N-M or"
          + " private";

  private RuleText() {}

  /**
   * Reads a rule.
   *
   * @param name the option, for the message
   */
  static Rule read(String name, String text) {
    String quoted = "%s: \"%s\"".formatted(name, Masked.plain(text));
    int colon = text.indexOf(':');
    String kind = colon < 0 ? text : text.substring(0, colon);
    String value = text.substring(colon + 1);
    if (text.equals(PRIVATE)) {
      return new Rule.Private();
    }
    if (colon >= 0 && value.isEmpty() && !kind.equals(PRIVATE)) {
      throw new SettingsException(quoted + " has nothing behind its colon (" + KINDS + ")");
    }
    return switch (colon < 0 ? "" : kind) {
      case "domain" -> new Rule.DomainAndBelow(host(quoted, kind, value));
      case "full" -> new Rule.FullName(host(quoted, kind, value));
      case "keyword" -> new Rule.Keyword(value);
      case "regexp" -> new Rule.Regexp(pattern(quoted, value));
      case "ip" -> new Rule.Ip(cidr(quoted, value));
      case "port" -> port(quoted, value);
      case "geosite", "geoip" ->
          throw new SettingsException(quoted + " is not supported yet (" + KINDS + ")");
      default -> throw new SettingsException(quoted + " is no rule (" + KINDS + ")");
    };
  }

  private static String host(String quoted, String kind, String value) {
    if (value.startsWith(".") || value.startsWith("*")) {
      throw new SettingsException(
          quoted + " is no whole name (expected: domain:NAME, for NAME and all below it)");
    }
    Address address;
    try {
      address = Address.of(value);
    } catch (IllegalArgumentException e) {
      throw new SettingsException(quoted + ": " + e.getMessage());
    }
    if (!(address instanceof Address.Domain)) {
      throw new SettingsException(
          "%s is an address, no name (expected: ip:%s, or %s:example.com)"
              .formatted(quoted, address.host(), kind));
    }
    return value;
  }

  private static Pattern pattern(String quoted, String value) {
    try {
      return Pattern.compile(value, Pattern.CASE_INSENSITIVE);
    } catch (PatternSyntaxException e) {
      throw new SettingsException(
          "%s: %s at %d (expected: a regular expression as Java has them, as in regexp:^ad[0-9]*\\.)"
              .formatted(quoted, e.getDescription(), Math.max(e.getIndex(), 0)));
    }
  }

  private static Cidr cidr(String quoted, String value) {
    int slash = value.indexOf('/');
    String expected = " (expected: an address or a block, as in ip:192.0.2.7 or ip:2001:db8::/32)";
    Address network;
    try {
      network = Address.of(slash < 0 ? value : value.substring(0, slash));
    } catch (IllegalArgumentException e) {
      throw new SettingsException(quoted + " is no block of addresses" + expected);
    }
    if (network instanceof Address.Domain) {
      throw new SettingsException(quoted + " is no block of addresses" + expected);
    }
    int max = Cidr.maxBits(network);
    return new Cidr(
        network,
        slash < 0
            ? max
            : Numbers.read(quoted + ": bits behind /", value.substring(slash + 1), 0, max));
  }

  private static Rule port(String quoted, String value) {
    if (PortRange.isRange(value)) {
      PortRange range = PortRange.read(quoted, value);
      return new Rule.Port(range.first(), range.last());
    }
    int port = HostPort.readPort(quoted + ": port", value);
    return new Rule.Port(port, port);
  }
}
