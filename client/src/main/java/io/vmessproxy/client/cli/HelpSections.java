package io.vmessproxy.client.cli;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Help;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.UsageMessageSpec;

/** Lists options under headings, each for the mixins that belong there. */
final class HelpSections {
  private static final Map<String, List<String>> HEADINGS = new LinkedHashMap<>();

  static {
    HEADINGS.put("Printing", List.of("form"));
    HEADINGS.put("Front end", List.of("frontEnd"));
    HEADINGS.put("Servers", List.of("servers"));
    HEADINGS.put("Subscriptions", List.of("subscriptions"));
    HEADINGS.put("Checking", List.of("checking"));
    HEADINGS.put("Inbounds", List.of("inbounds"));
    HEADINGS.put("Targets", List.of("access"));
    HEADINGS.put("Choosing", List.of("choice"));
    HEADINGS.put("Timeouts", List.of("timeouts", "policies"));
    HEADINGS.put("Watching", List.of("watching"));
  }

  private HelpSections() {}

  /** For a command and its subcommands. */
  static void install(CommandLine commandLine) {
    commandLine
        .getHelpSectionMap()
        .put(UsageMessageSpec.SECTION_KEY_OPTION_LIST, HelpSections::render);
    commandLine.getSubcommands().values().forEach(HelpSections::install);
  }

  private static String render(Help help) {
    Map<String, CommandSpec> mixins = help.commandSpec().mixins();
    StringBuilder text = new StringBuilder();
    HEADINGS.forEach(
        (heading, names) -> {
          List<OptionSpec> options =
              names.stream()
                  .filter(mixins::containsKey)
                  .flatMap(name -> mixins.get(name).options().stream())
                  .toList();
          if (!options.isEmpty()) {
            text.append("%n%s:%n".formatted(heading));
            text.append(help.optionListExcludingGroups(options));
          }
        });
    return text.toString();
  }
}
