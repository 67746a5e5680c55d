package io.vmessproxy.client.cli;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Help;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.UsageMessageSpec;

/** Lists options under a heading for each mixin that has some. */
final class HelpSections {
  private static final Map<String, String> HEADINGS = new LinkedHashMap<>();

  static {
    HEADINGS.put("frontEnd", "Front end");
    HEADINGS.put("servers", "Servers");
    HEADINGS.put("timeouts", "Timeouts");
    HEADINGS.put("watching", "Watching");
  }

  private HelpSections() {}

  static void install(CommandLine commandLine) {
    commandLine
        .getHelpSectionMap()
        .put(UsageMessageSpec.SECTION_KEY_OPTION_LIST, HelpSections::render);
  }

  private static String render(Help help) {
    StringBuilder text = new StringBuilder();
    for (Map.Entry<String, String> heading : HEADINGS.entrySet()) {
      List<OptionSpec> options = help.commandSpec().mixins().get(heading.getKey()).options();
      text.append("%n%s:%n".formatted(heading.getValue()));
      text.append(help.optionListExcludingGroups(options));
    }
    return text.toString();
  }
}
