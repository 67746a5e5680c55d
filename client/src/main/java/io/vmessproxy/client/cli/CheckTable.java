package io.vmessproxy.client.cli;

import io.vmessproxy.client.check.Report;
import io.vmessproxy.client.check.Report.Stage;
import io.vmessproxy.client.selection.Server;
import io.vmessproxy.client.settings.Masked;
import io.vmessproxy.client.transport.TransportSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The reports in a table of at most {@value #MAX_COLUMNS} columns: one row for each, its stages'
 * times in milliseconds.
 */
final class CheckTable {
  static final int MAX_COLUMNS = 100;

  private static final int MIN_SERVER_COLUMNS = 10;
  private static final int TIME_COLUMNS = 5;

  private CheckTable() {}

  static List<String> lines(List<Report> reports) {
    List<Column> columns = columns(reports);
    int rest = columns.stream().mapToInt(column -> column.width + 1).sum();
    int widest = reports.stream().mapToInt(report -> Terminal.width(tag(report))).max().orElse(0);
    int server = Math.max(MIN_SERVER_COLUMNS, Math.min(widest, MAX_COLUMNS - rest));
    List<String> lines = new ArrayList<>();
    lines.add(line(Terminal.left("server", server), columns, column -> column.title));
    for (Report report : reports) {
      lines.add(
          line(Terminal.left(tag(report), server), columns, column -> column.value.apply(report)));
    }
    return lines;
  }

  private static String line(String server, List<Column> columns, Function<Column, String> values) {
    return columns.stream()
        .map(column -> column.fit(values.apply(column)))
        .collect(Collectors.joining(" ", server + " ", ""))
        .stripTrailing();
  }

  private static List<Column> columns(List<Report> reports) {
    List<Column> columns = new ArrayList<>();
    columns.add(text("user", reports, report -> report.endpoint().user().id().toString()));
    columns.add(text("transport", reports, CheckTable::transport));
    columns.add(time("dns", "resolve"));
    columns.add(time("tcp", "connect"));
    if (reports.stream().anyMatch(report -> server(report).stream().tls() != null)) {
      columns.add(time("tls", "tls"));
    }
    if (reports.stream().anyMatch(report -> !isTcp(server(report)))) {
      columns.add(new Column("trans", TIME_COLUMNS, true, CheckTable::transportTime));
    }
    columns.add(time("vmess", "vmess"));
    columns.add(time("byte", "target"));
    columns.add(text("verdict", reports, report -> report.verdict().text()));
    return columns;
  }

  private static Column text(String title, List<Report> reports, Function<Report, String> value) {
    int widest =
        reports.stream().mapToInt(report -> Terminal.width(value.apply(report))).max().orElse(0);
    return new Column(title, Math.max(title.length(), widest), false, value);
  }

  private static Column time(String title, String stage) {
    return new Column(title, TIME_COLUMNS, true, report -> time(report, stage));
  }

  private static String transportTime(Report report) {
    return time(report, server(report).stream().transport().name());
  }

  private static String time(Report report, String stage) {
    Optional<Duration> time =
        report.stages().stream()
            .filter(one -> one.name().equals(stage))
            .map(Stage::time)
            .findFirst();
    return time.map(duration -> String.valueOf(Math.round(duration.toNanos() / 1e6))).orElse("-");
  }

  /** A server's name as it may be shown: a stranger gave it, and it may be an id. */
  static String tag(Report report) {
    return Terminal.printable(Masked.plain(server(report).tag()));
  }

  /** {@code ws+tls}. */
  static String transport(Report report) {
    Server server = server(report);
    return server.stream().transport().name() + (server.stream().tls() == null ? "" : "+tls");
  }

  private static boolean isTcp(Server server) {
    return server.stream().transport() instanceof TransportSettings.Tcp;
  }

  private static Server server(Report report) {
    return report.endpoint().server();
  }

  private record Column(String title, int width, boolean number, Function<Report, String> value) {
    String fit(String text) {
      return number
          ? " ".repeat(Math.max(0, width - text.length())) + text
          : Terminal.left(text, width);
    }
  }
}
