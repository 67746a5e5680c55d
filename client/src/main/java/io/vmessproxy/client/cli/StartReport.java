package io.vmessproxy.client.cli;

import io.netty.util.NetUtil;
import io.vmessproxy.client.ClientProxy;
import io.vmessproxy.client.selection.Server;
import io.vmessproxy.client.settings.ClientSettings;
import io.vmessproxy.client.settings.ListenerSettings;
import io.vmessproxy.common.vmess.Security;
import io.vmessproxy.common.vmess.account.Account;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the program says at its start: to scripts on standard output, to people in the log. */
final class StartReport {
  private static final Logger LOG = LoggerFactory.getLogger(StartReport.class);

  private final PrintWriter out;

  StartReport(PrintWriter out) {
    this.out = out;
  }

  /** What works, but not as some would expect: one line for each such thing. */
  static List<String> warnings(ClientSettings settings) {
    List<String> warnings = new ArrayList<>();
    firstUser(settings, user -> user.alterId() > 0)
        .map(
            user ->
                ("user %s: alterId %d stands for the header of old servers; the newest ones (Xray"
                        + " since 1.8.3, V2Ray 5 unless told otherwise) refuse it (alterId=0 is for"
                        + " servers since V2Ray 4.28)")
                    .formatted(user.id(), user.alterId()))
        .ifPresent(warnings::add);
    insecure(settings).ifPresent(warnings::add);
    firstPlain(settings)
        .map(
            user ->
                ("user %s: security %s leaves the payload readable to anyone on the path, for there"
                        + " is no TLS to its server (security=auto seals it)")
                    .formatted(user.id(), user.security().text()))
        .ifPresent(warnings::add);
    firstUser(settings, user -> user.security() == Security.AES_128_CFB)
        .map(
            user ->
                ("user %s: security %s lets anyone on the path change the payload unnoticed; it is"
                        + " for old servers only (security=auto seals it)")
                    .formatted(user.id(), user.security().text()))
        .ifPresent(warnings::add);
    return warnings;
  }

  private static boolean plain(Security security) {
    return security == Security.NONE || security == Security.ZERO;
  }

  /** What an observer on the path could do, at every start. */
  private static Optional<String> insecure(ClientSettings settings) {
    List<String> tags =
        settings.servers().stream()
            .filter(server -> server.stream().tls() != null && server.stream().tls().insecure())
            .map(Server::tag)
            .toList();
    return tags.isEmpty()
        ? Optional.empty()
        : Optional.of(
            "%s%s: insecure: the certificate is not checked, and whoever is on the path can pose as the server (a pin, or a certificate for its name, is better)"
                .formatted(
                    tags.get(0), tags.size() > 1 ? " and " + (tags.size() - 1) + " more" : ""));
  }

  /** With TLS the path sees nothing. */
  private static Optional<Account> firstPlain(ClientSettings settings) {
    return settings.servers().stream()
        .filter(server -> server.stream().tls() == null)
        .flatMap(server -> server.users().stream())
        .filter(user -> plain(user.security()))
        .findFirst();
  }

  private static Optional<Account> firstUser(ClientSettings settings, Predicate<Account> which) {
    return settings.servers().stream()
        .flatMap(server -> server.users().stream())
        .filter(which)
        .findFirst();
  }

  /** Logs {@link #warnings}. */
  void warn(ClientSettings settings) {
    warnings(settings).forEach(LOG::warn);
  }

  /** Says that the listeners accept, and for a demo, how to use it. */
  void started(ClientSettings settings, ClientProxy proxy) {
    for (ClientProxy.Listener listener : proxy.listeners()) {
      out.println(listening(listener));
    }
    out.flush();
    if (!settings.demo()) {
      return;
    }
    for (Server server : proxy.servers()) {
      LOG.info(
          "demo: started an embedded VMess server on {} with a fresh random user {}",
          server.address(),
          server.users().get(0).id());
    }
    if (!proxy.listeners().isEmpty()) {
      LOG.info(
          "demo: try it: {}", curl(proxy.listeners().get(0), settings.credentials().required()));
    }
  }

  /** {@code listening mixed 127.0.0.1:1080}, IPv6 in brackets. */
  static String listening(ClientProxy.Listener listener) {
    InetSocketAddress address = listener.address();
    return "listening %s %s"
        .formatted(listener.kind().text(), authority(address.getAddress(), address.getPort()));
  }

  /** A command that goes through this listener. */
  static String curl(ClientProxy.Listener listener, boolean login) {
    InetAddress bound = listener.address().getAddress();
    InetAddress host = bound.isAnyLocalAddress() ? InetAddress.getLoopbackAddress() : bound;
    String scheme = listener.kind() == ListenerSettings.Kind.HTTP ? "http" : "socks5h";
    return "curl %s--proxy %s://%s http://example.com/"
        .formatted(
            login ? "--proxy-user USER:PASSWORD " : "",
            scheme,
            authority(host, listener.address().getPort()));
  }

  static String authority(InetAddress host, int port) {
    return NetUtil.toSocketAddressString(new InetSocketAddress(host, port));
  }
}
