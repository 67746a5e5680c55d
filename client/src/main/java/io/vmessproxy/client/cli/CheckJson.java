package io.vmessproxy.client.cli;

import io.vmessproxy.client.check.Report;
import io.vmessproxy.client.check.Report.Stage;
import io.vmessproxy.client.check.Verdict;
import io.vmessproxy.client.link.JsonReport;
import io.vmessproxy.client.selection.Server;
import io.vmessproxy.client.settings.Masked;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The reports for programs.
 *
 * <pre>
 * {"version": 1,
 *  "servers": [{
 *    "tag": "home", "address": "a.example:443", "user": "27848739-…-4b6b",
 *    "transport": "ws", "tls": true, "addresses": ["192.0.2.7"],
 *    "stages": [{"name": "resolve", "ms": 1.2}, ...],             those that were passed, in order
 *    "verdict": {"works": false, "class": "tls-expired", "stage": "tls",
 *                "evidence": "...", "action": "..."},             null where it works
 *    "clock": 60}],                                               s ahead of ours; null: not known
 *  "notes": ["..."]}
 * </pre>
 */
final class CheckJson {
  /** Rises when a field changes its meaning or goes; new ones may come. */
  private static final int VERSION = 1;

  private CheckJson() {}

  static String text(List<Report> reports, List<String> notes) {
    Map<String, Object> all = new LinkedHashMap<>();
    all.put("version", VERSION);
    all.put("servers", reports.stream().map(CheckJson::server).toList());
    all.put("notes", notes);
    return JsonReport.of(all);
  }

  private static Map<String, Object> server(Report report) {
    Server server = report.endpoint().server();
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("tag", Masked.plain(server.tag()));
    object.put("address", server.address().toString());
    object.put("user", report.endpoint().user().id().toString());
    object.put("transport", server.stream().transport().name());
    object.put("tls", server.stream().tls() != null);
    object.put("addresses", report.addresses());
    object.put("stages", report.stages().stream().map(CheckJson::stage).toList());
    object.put("verdict", verdict(report.verdict()));
    object.put("clock", report.clock().map(Duration::toSeconds).orElse(null));
    return object;
  }

  private static Map<String, Object> stage(Stage stage) {
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("name", stage.name());
    object.put("ms", Math.round(stage.time().toNanos() / 1e5) / 10.0);
    return object;
  }

  private static Map<String, Object> verdict(Verdict verdict) {
    boolean works = verdict.works();
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("works", works);
    object.put("class", works ? null : verdict.text());
    object.put("stage", works ? null : verdict.stage());
    object.put("evidence", works ? null : verdict.evidence());
    object.put("action", works ? null : verdict.action());
    return object;
  }
}
