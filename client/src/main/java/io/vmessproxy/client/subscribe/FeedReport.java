package io.vmessproxy.client.subscribe;

import io.vmessproxy.client.selection.Server;
import io.vmessproxy.client.transport.TlsSettings;
import io.vmessproxy.common.vmess.Security;
import io.vmessproxy.common.vmess.account.Account;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the log says of a subscription's content: everything that is wrong with it once. */
final class FeedReport {
  private static final Logger LOG = LoggerFactory.getLogger(FeedReport.class);
  private static final int MAX_SHOWN = 3;
  private static final int MAX_REMEMBERED = 10_000;

  private final String name;
  private final UnaryOperator<String> scrub;
  private final Set<String> said = new HashSet<>();

  /**
   * @param scrub takes the subscription's secrets out of a text
   */
  FeedReport(String name, UnaryOperator<String> scrub) {
    this.name = name;
    this.scrub = scrub;
  }

  /**
   * Logs what is new.
   *
   * @param from where it comes from, if not from where it should
   */
  void loaded(BodyReader.Read read, Changes changes, boolean first, String from) {
    List<String> unusable = unsaid(read.unusable());
    List<String> hints = unsaid(read.hints());
    List<String> dangers = unsaid(dangers(read.servers()));
    StringBuilder text = new StringBuilder(count(read.servers().size(), "server")).append(from);
    if (!first && changes.any()) {
      text.append(" (").append(changes.text()).append(')');
    }
    if (first && read.otherProtocols() > 0) {
      text.append(", ").append(count(read.otherProtocols(), "entry")).append(" of other protocols");
    }
    if (!unusable.isEmpty()) {
      text.append(", ").append(count(unusable.size(), "entry")).append(" not usable: ");
      text.append(String.join("; ", unusable.subList(0, Math.min(MAX_SHOWN, unusable.size()))));
      if (unusable.size() > MAX_SHOWN) {
        text.append("; and ").append(unusable.size() - MAX_SHOWN).append(" more");
      }
    }
    if (!unusable.isEmpty()) {
      LOG.warn("subscription {}: {}", name, text);
    } else if (first || changes.any()) {
      LOG.info("subscription {}: {}", name, text);
    } else {
      LOG.debug("subscription {}: {}, as before", name, text);
    }
    unusable.stream()
        .skip(MAX_SHOWN)
        .forEach(line -> LOG.debug("subscription {}: not usable: {}", name, line));
    hints.stream().limit(MAX_SHOWN).forEach(hint -> LOG.info("subscription {}: {}", name, hint));
    dangers.forEach(danger -> LOG.warn("subscription {}: {}", name, danger));
  }

  /** What the provider asks for and the user should know. */
  private static List<String> dangers(List<Server> servers) {
    List<String> dangers = new ArrayList<>();
    long insecure = servers.stream().filter(FeedReport::takesAnyCertificate).count();
    if (insecure > 0) {
      dangers.add(
          "of its servers, %d are taken with any certificate: whoever is on the path can pose as one"
              .formatted(insecure));
    }
    long readable = servers.stream().filter(FeedReport::readable).count();
    if (readable > 0) {
      dangers.add(
          "of its servers, %d leave the payload readable to anyone on the path: security none or"
                  .formatted(readable)
              + " zero, without TLS");
    }
    return dangers;
  }

  private static boolean takesAnyCertificate(Server server) {
    TlsSettings tls = server.stream().tls();
    return tls != null && tls.insecure() && tls.pins().isEmpty();
  }

  private static boolean readable(Server server) {
    return server.stream().tls() == null
        && server.users().stream()
            .map(Account::security)
            .anyMatch(security -> security == Security.NONE || security == Security.ZERO);
  }

  private List<String> unsaid(List<String> lines) {
    if (said.size() > MAX_REMEMBERED) {
      said.clear();
    }
    List<String> unsaid = new ArrayList<>();
    for (String line : lines) {
      String shown = StrangersText.line(scrub.apply(line));
      if (said.add(shown)) {
        unsaid.add(shown);
      }
    }
    return unsaid;
  }

  static String count(int number, String what) {
    if (number == 1) {
      return "1 " + what;
    }
    return number + " " + (what.equals("entry") ? "entries" : what + "s");
  }
}
