package io.vmessproxy.client.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.vmessproxy.client.check.Report;
import io.vmessproxy.client.check.Report.Stage;
import io.vmessproxy.client.check.Verdict;
import io.vmessproxy.client.selection.Endpoint;
import io.vmessproxy.client.selection.Server;
import io.vmessproxy.client.selection.UdpMode;
import io.vmessproxy.client.session.Failure;
import io.vmessproxy.client.transport.StreamSettings;
import io.vmessproxy.client.transport.TlsSettings;
import io.vmessproxy.client.transport.TransportSettings;
import io.vmessproxy.client.transport.TransportSettings.HttpUpgrade;
import io.vmessproxy.client.transport.TransportSettings.WebSocket;
import io.vmessproxy.common.net.Address;
import io.vmessproxy.common.net.Destination;
import io.vmessproxy.common.vmess.Security;
import io.vmessproxy.common.vmess.account.Account;
import io.vmessproxy.common.vmess.account.UserId;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How reports look, made by hand. */
final class CheckTextTest {
  private static final TransportSettings WS = new WebSocket("/ray", null, Map.of(), null);
  private static final TransportSettings TCP = new TransportSettings.Tcp();

  private final Report works =
      report(
          "home",
          WS,
          Verdict.WORKS,
          List.of("192.0.2.7", "2001:db8:0:0:0:0:0:7"),
          stage("resolve", 1_400_000),
          stage("connect", 20_000_000),
          stage("tls", 31_600_000),
          stage("ws", 22_000_000),
          stage("vmess", 23_000_000),
          stage("target", 1_240_000_000));
  private final Report expired =
      report(
          "spare",
          WS,
          new Verdict(
              Failure.TLS_EXPIRED,
              "tls",
              "its certificate of a.example ended on 2026-01-01, says CN=An Authority With a Long"
                  + " Name",
              "is this machine's clock right? Else the server's owner has to renew it"),
          List.of("192.0.2.8"),
          stage("resolve", 1_000_000),
          stage("connect", 30_000_000));

  @Test
  void showsATableThenWhatIsWrong() {
    assertThat(CheckText.lines(List.of(works, expired), List.of(), false))
        .containsExactly(
            "server     user            transport   dns   tcp   tls trans vmess  byte verdict",
            "home       27848739-…-4b6b ws+tls        1    20    32    22    23  1240 works",
            "spare      27848739-…-4b6b ws+tls        1    30     -     -     -     - tls-expired",
            "",
            "spare, user 27848739-…-4b6b: tls-expired, at tls",
            "  what came   its certificate of a.example ended on 2026-01-01, says CN=An Authority"
                + " With a Long",
            "              Name",
            "  what to try is this machine's clock right? Else the server's owner has to renew it",
            "  addresses   192.0.2.8",
            "",
            "home: a.example is 192.0.2.7, 2001:db8:0:0:0:0:0:7");
  }

  @Test
  void leavesOutTheColumnsThatNobodyNeeds() {
    assertThat(CheckText.lines(List.of(plain("x", Optional.empty())), List.of(), false).get(0))
        .isEqualTo("server     user            transport   dns   tcp vmess  byte verdict");
  }

  @Test
  void fitsIntoAHundredColumnsWhateverItSays() {
    TransportSettings longest = new HttpUpgrade("/", null, Map.of());
    List<Report> reports =
        Stream.of(Failure.values())
            .map(
                failure ->
                    report(
                        "a name longer than every other one that you have seen 日本語 🇯🇵",
                        longest,
                        new Verdict(failure, "tls", "word ".repeat(60), "act ".repeat(60)),
                        List.of(),
                        stage("resolve", 2_500_000_000L)))
            .toList();

    List<String> lines = CheckText.lines(reports, List.of(), false);

    assertThat(lines).allMatch(line -> Terminal.width(line) <= CheckTable.MAX_COLUMNS);
    assertThat(lines.get(1)).startsWith("a name lon… 27848739-…-4b6b httpupgrade+tls");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "60   | x: its clock is 60 s ahead of yours",
        "-89  | x: its clock is 89 s behind yours",
        "90   | x: warning: its clock is 90 s ahead of yours; from 120 s on it is silent: set it"
            + " right, or use --clock-offset 90",
        "29   | ",
      })
  void tellsOfAClockThatIsOff(int seconds, String line) {
    Report report = plain("x", Optional.of(Duration.ofSeconds(seconds)));

    List<String> lines = CheckText.lines(List.of(report), List.of(), false);

    if (line == null) {
      assertThat(lines).hasSize(2);
    } else {
      assertThat(lines).endsWith("", line);
    }
  }

  @Test
  void showsWhatItWasToldOfTheServersOrigin() {
    assertThat(CheckText.lines(List.of(), List.of("sub.example: 3 of 10 GiB left"), false))
        .endsWith("", "sub.example: 3 of 10 GiB left");
  }

  @Test
  void leavesTheAddressesOfALongListToThoseWhoAsk() {
    List<Report> many =
        IntStream.range(0, 40)
            .mapToObj(
                i -> report("s" + i, TCP, Verdict.WORKS, List.of("192.0.2.7"), stage("resolve", 1)))
            .toList();

    assertThat(CheckText.lines(many, List.of(), false)).hasSize(41);
    assertThat(CheckText.lines(many, List.of(), true)).hasSize(41 + 1 + 40);
  }

  @Test
  void letsNoTextOfAStrangerReachTheTerminalAsItIs() {
    String evil = "a\u001b[2J\r\nb\u009b1m\u202eC " + Parsed.ID;
    Report report =
        report(
            evil,
            WS,
            new Verdict(
                Failure.WRONG_PATH, "ws", evil.replace(Parsed.ID, ""), evil.substring(0, 9)),
            List.of());

    String text = String.join("\n", CheckText.lines(List.of(report), List.of(evil), true));
    String json = CheckJson.text(List.of(report), List.of());

    assertThat(text).contains("a?[2J??b?1m?C").doesNotContain("\u001b", "\r", "\u009b", "\u202e");
    assertThat(text.replace(evil, "")).contains("a?[2J??b?1m?C 27848739-…-4b6b");
    assertThat(json).doesNotContain("\u001b", "\r", "\u009b", Parsed.ID);
    assertThat(JsonParser.parseString(json).isJsonObject()).isTrue();
  }

  @Test
  void hasTheDocumentedJson() {
    JsonObject json =
        JsonParser.parseString(CheckJson.text(List.of(works, expired), List.of("a note")))
            .getAsJsonObject();

    assertThat(json.keySet()).containsExactly("version", "servers", "notes");
    assertThat(json.get("version").getAsInt()).isEqualTo(1);
    assertThat(json.get("notes")).hasToString("[\"a note\"]");
    assertThat(json.getAsJsonArray("servers").get(0))
        .hasToString(
            "{\"tag\":\"home\",\"address\":\"a.example:443\",\"user\":\"27848739-…-4b6b\","
                + "\"transport\":\"ws\",\"tls\":true,"
                + "\"addresses\":[\"192.0.2.7\",\"2001:db8:0:0:0:0:0:7\"],"
                + "\"stages\":[{\"name\":\"resolve\",\"ms\":1.4},{\"name\":\"connect\",\"ms\":20.0},"
                + "{\"name\":\"tls\",\"ms\":31.6},{\"name\":\"ws\",\"ms\":22.0},"
                + "{\"name\":\"vmess\",\"ms\":23.0},{\"name\":\"target\",\"ms\":1240.0}],"
                + "\"verdict\":{\"works\":true,\"class\":null,\"stage\":null,\"evidence\":null,"
                + "\"action\":null},\"clock\":null}");
    JsonObject verdict =
        json.getAsJsonArray("servers").get(1).getAsJsonObject().getAsJsonObject("verdict");
    assertThat(verdict.get("works").getAsBoolean()).isFalse();
    assertThat(verdict.get("class").getAsString()).isEqualTo("tls-expired");
    assertThat(verdict.get("stage").getAsString()).isEqualTo("tls");
    assertThat(verdict.get("evidence").getAsString()).startsWith("its certificate");
    assertThat(verdict.get("action").getAsString()).startsWith("is this machine's clock right?");
  }

  private static Stage stage(String name, long nanos) {
    return new Stage(name, Duration.ofNanos(nanos));
  }

  private static Report plain(String tag, Optional<Duration> clock) {
    Report report = report(tag, TCP, Verdict.WORKS, List.of());
    Server server = report.endpoint().server();
    Server there = new Server(tag, new Destination(Address.of("192.0.2.7"), 1), server.users());
    return new Report(
        new Endpoint(there, server.users().get(0)),
        List.of("192.0.2.7"),
        List.of(),
        Verdict.WORKS,
        clock);
  }

  private static Report report(
      String tag,
      TransportSettings transport,
      Verdict verdict,
      List<String> addresses,
      Stage... stages) {
    Account user = new Account(UserId.parse(Parsed.ID), 0, Security.AES_128_GCM, 0);
    Server server =
        new Server(
            tag,
            new Destination(Address.of("a.example"), 443),
            List.of(user),
            0,
            UdpMode.PLAIN,
            new StreamSettings(transport, TlsSettings.STANDARD));
    return new Report(
        new Endpoint(server, user), addresses, List.of(stages), verdict, Optional.empty());
  }
}
