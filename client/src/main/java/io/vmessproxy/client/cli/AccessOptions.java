package io.vmessproxy.client.cli;

import io.vmessproxy.client.cli.Given.Occurrence;
import io.vmessproxy.client.routing.AccessRules.Entry;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import picocli.CommandLine.Option;

/** Which targets clients may reach. */
final class AccessOptions {
  private static final String ALLOW = "--allow";
  private static final String DENY = "--deny";

  @Option(
      names = ALLOW,
      paramLabel = "RULE",
      order = 1,
      description = {
        "Lets the clients of all inbounds reach such targets; repeatable. The first --allow or"
            + " --deny that matches decides, so an --allow opens private targets that it matches, unless"
            + " --deny private stands before it. RULE is domain:NAME (and names below it),"
            + " full:NAME, keyword:TEXT, regexp:RE, ip:CIDR, port:N, port:N-M or private (loopback,"
            + " link-local and private ranges)."
      })
  List<String> allow = List.of();

  @Option(
      names = DENY,
      paramLabel = "RULE",
      order = 2,
      description = {
        "Keeps them from such targets; repeatable. Where no rule matches, private targets are"
            + " denied unless the inbound listens on loopback, and all others allowed."
      })
  List<String> deny = List.of();

  /** The rules in the order of the command line. */
  List<Entry> rules(Given given) {
    List<Occurrence> all = new ArrayList<>(given.occurrences(Set.of(ALLOW, DENY)));
    if (all.isEmpty()) {
      all.addAll(Given.fromEnvironment(ALLOW, allow));
      all.addAll(Given.fromEnvironment(DENY, deny));
    }
    return all.stream()
        .map(
            rule ->
                new Entry(rule.option().equals(ALLOW), RuleText.read(rule.name(), rule.value())))
        .toList();
  }
}
