package io.vmessproxy.client.cli;

import io.vmessproxy.client.check.Report;
import io.vmessproxy.client.check.Verdict;
import io.vmessproxy.common.net.Address;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The reports for people: the table, what is wrong and what to try, and what else was seen. */
final class CheckText {
  private static final int COLUMNS = 96;
  private static final int LABEL_COLUMNS = 12;
  private static final int TAG_COLUMNS = 40;

  /** More of them would push the rest off the screen. */
  private static final int MAX_ADDRESS_LINES = 16;

  /** Less is what measuring it is off by. */
  private static final Duration CLOCK_NOTE = Duration.ofSeconds(30);

  /** Servers take headers up to 120 s off. */
  private static final Duration CLOCK_WARNING = Duration.ofSeconds(90);

  private final List<String> lines = new ArrayList<>();

  private CheckText() {}

  /**
   * The lines.
   *
   * @param reports those to show
   * @param notes of what the servers come from
   * @param all whether a long list's addresses are shown, too
   */
  static List<String> lines(List<Report> reports, List<String> notes, boolean all) {
    CheckText text = new CheckText();
    if (!reports.isEmpty()) {
      text.lines.addAll(CheckTable.lines(reports));
    }
    reports.stream().filter(report -> !report.verdict().works()).forEach(text::failure);
    text.addresses(reports, all);
    List<String> rest = new ArrayList<>(clocks(reports));
    notes.stream().map(Terminal::printable).forEach(rest::add);
    text.block(rest);
    return text.lines;
  }

  private void failure(Report report) {
    Verdict verdict = report.verdict();
    lines.add("");
    lines.add(
        "%s, user %s: %s, at %s"
            .formatted(
                tag(report), report.endpoint().user().id(), verdict.text(), verdict.stage()));
    labelled("what came", verdict.evidence());
    if (!verdict.action().isEmpty()) {
      labelled("what to try", verdict.action());
    }
    if (!report.addresses().isEmpty()) {
      labelled("addresses", String.join(", ", report.addresses()));
    }
  }

  private static String tag(Report report) {
    return Terminal.cut(CheckTable.tag(report), TAG_COLUMNS);
  }

  private void labelled(String label, String text) {
    String start = "  " + Terminal.left(label, LABEL_COLUMNS);
    for (String line : Terminal.wrap(Terminal.printable(text), COLUMNS - start.length())) {
      lines.add(start + line);
      start = " ".repeat(start.length());
    }
  }

  /** What the names of servers that work resolve to. */
  private void addresses(List<Report> reports, boolean all) {
    Map<String, String> byServer = new LinkedHashMap<>();
    for (Report report : reports) {
      Address address = report.endpoint().server().address().address();
      if (report.verdict().works() && address instanceof Address.Domain) {
        byServer.put(
            "%s: %s".formatted(tag(report), address.host()), String.join(", ", report.addresses()));
      }
    }
    if (all || byServer.size() <= MAX_ADDRESS_LINES) {
      block(
          byServer.entrySet().stream()
              .map(entry -> entry.getKey() + " is " + entry.getValue())
              .toList());
    }
  }

  private static List<String> clocks(List<Report> reports) {
    List<String> clocks = new ArrayList<>();
    for (Report report : reports) {
      report
          .clock()
          .filter(ahead -> ahead.abs().compareTo(CLOCK_NOTE) >= 0)
          .map(ahead -> tag(report) + ": " + clock(ahead))
          .filter(line -> !clocks.contains(line))
          .ifPresent(clocks::add);
    }
    return clocks;
  }

  /** {@code its clock is 60 s ahead of yours}. */
  private static String clock(Duration ahead) {
    String text =
        "its clock is %d s %s yours"
            .formatted(ahead.abs().toSeconds(), ahead.isNegative() ? "behind" : "ahead of");
    return ahead.abs().compareTo(CLOCK_WARNING) < 0
        ? text
        : "warning: %s; from 120 s on it is silent: set it right, or use --clock-offset %d"
            .formatted(text, ahead.toSeconds());
  }

  private void block(List<String> block) {
    if (!block.isEmpty()) {
      lines.add("");
      lines.addAll(block);
    }
  }
}
