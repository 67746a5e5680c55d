package io.vmessproxy.client.cli;

import io.vmessproxy.client.inbound.SocketOwners;
import io.vmessproxy.client.session.Credentials;
import io.vmessproxy.client.settings.HostPort;
import io.vmessproxy.client.settings.ListenerSettings;
import io.vmessproxy.client.settings.Masked;
import io.vmessproxy.client.settings.SettingsException;
import io.vmessproxy.client.settings.UdpSettings;
import io.vmessproxy.common.net.Address;
import io.vmessproxy.common.net.Destination;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where applications come in. */
final class FrontEndOptions {
  private static final String LISTEN = "--listen";
  private static final String AUTH = "--auth";
  private static final String SAME_USER = "--same-user";
  private static final String UDP_ADDRESS = "--udp-address";
  private static final String EXAMPLE = "127.0.0.1:1080";
  private static final ListenerSettings DEFAULT =
      new ListenerSettings(ListenerSettings.Kind.MIXED, "127.0.0.1", 1080);
  // RFC 1929: one byte of length for each.
  private static final int MAX_LOGIN_BYTES = 255;

  @Option(
      names = {"-l", LISTEN},
      paramLabel = "[KIND://]HOST:PORT",
      order = 1,
      description = {
        "Where to listen; repeatable. KIND is mixed (SOCKS4, 4a, 5 and HTTP on one port), socks or"
            + " http; port 0 picks a free one; IPv6 in brackets.",
        "Default: mixed://127.0.0.1:1080"
      })
  List<String> listen = List.of();

  @Option(
      names = AUTH,
      paramLabel = "USER:PASSWORD",
      order = 2,
      description =
          "Asks applications for it (SOCKS5, HTTP Basic); SOCKS4 is then refused. Repeatable.")
  List<String> auth = List.of();

  @Option(
      names = "--allow-open",
      order = 3,
      description = "Lets an address that is not loopback be open to everybody, without --auth.")
  boolean allowOpen;

  @Option(names = "--no-udp", order = 4, description = "Refuses UDP (SOCKS5 UDP ASSOCIATE).")
  boolean noUdp;

  @Option(
      names = UDP_ADDRESS,
      paramLabel = "IP",
      order = 5,
      description = {
        "The address told to applications that send UDP.",
        "Default: the one they connected to"
      })
  @Nullable String udpAddress;

  @Option(
      names = SAME_USER,
      order = 6,
      description =
          "Serves only processes of the user that runs this program, on this machine. Linux only.")
  boolean sameUser;

  boolean sameUser(Given given) {
    if (sameUser && !SocketOwners.known()) {
      throw new SettingsException(
          given.name(SAME_USER)
              + ": this system does not tell whose a connection is (expected:"
              + " Linux; --auth USER:PASSWORD works everywhere)");
    }
    return sameUser;
  }

  List<ListenerSettings> listeners(Given given) {
    if (listen.isEmpty()) {
      return List.of(DEFAULT);
    }
    List<ListenerSettings> listeners = new ArrayList<>();
    for (String text : listen) {
      String name = given.name(LISTEN);
      ListenerSettings listener = listener(name, text);
      if (!listener.loopback() && auth.isEmpty() && !allowOpen) {
        throw new SettingsException(
            ("%s: \"%s\" would be open to everybody who can reach it"
                    + " (expected: --auth USER:PASSWORD with it, or --allow-open if that is meant)")
                .formatted(name, Masked.plain(text)));
      }
      listeners.add(listener);
    }
    return listeners;
  }

  private static ListenerSettings listener(String name, String text) {
    int scheme = text.indexOf("://");
    ListenerSettings.Kind kind = ListenerSettings.Kind.MIXED;
    if (scheme >= 0) {
      kind = kind(name, text, text.substring(0, scheme));
    }
    Destination address =
        HostPort.read(name, scheme < 0 ? text : text.substring(scheme + 3), 0, EXAMPLE);
    return new ListenerSettings(kind, address.address().host(), address.port());
  }

  private static ListenerSettings.Kind kind(String name, String text, String word) {
    for (ListenerSettings.Kind kind : ListenerSettings.Kind.values()) {
      if (kind.text().equals(word)) {
        return kind;
      }
    }
    throw new SettingsException(
        "%s: \"%s\" has no such kind (expected: mixed, socks or http, as in mixed://%s)"
            .formatted(name, Masked.plain(text), EXAMPLE));
  }

  Credentials credentials(Given given) {
    List<Credentials.Login> logins = new ArrayList<>();
    for (String text : auth) {
      logins.add(login(given.name(AUTH), text));
    }
    return logins.isEmpty() ? Credentials.NONE : new Credentials(logins);
  }

  private static Credentials.Login login(String name, String text) {
    String expected = " (expected: USER:PASSWORD, as in alice:wonderland)";
    int colon = text.indexOf(':');
    if (colon < 0) {
      throw new SettingsException(
          "%s: \"%s\" has no colon%s".formatted(name, Masked.secret(text), expected));
    }
    String user = text.substring(0, colon);
    String password = text.substring(colon + 1);
    String quoted = "%s: \"%s:…\"".formatted(name, Masked.plain(user));
    requireBytes(quoted + ": user", user);
    // An empty one is most likely a variable that was not set.
    requireBytes(quoted + ": password", password);
    return new Credentials.Login(user, password);
  }

  UdpSettings udp(Given given) {
    String text = udpAddress;
    Address address = text == null ? null : UdpSettings.readAddress(given.name(UDP_ADDRESS), text);
    return new UdpSettings(!noUdp, address);
  }

  private static void requireBytes(String where, String text) {
    int bytes = text.getBytes(StandardCharsets.UTF_8).length;
    if (bytes == 0 || bytes > MAX_LOGIN_BYTES) {
      throw new SettingsException(
          "%s: %d bytes (expected: 1..255, as in alice:wonderland)".formatted(where, bytes));
    }
  }
}
