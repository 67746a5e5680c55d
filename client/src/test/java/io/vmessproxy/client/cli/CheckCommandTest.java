package io.vmessproxy.client.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.vmessproxy.client.fetch.ScriptedServer;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

@Timeout(30)
final class CheckCommandTest {
  private static final String NOTHING = "HTTP/1.1 204 No Content\r\n\r\n";

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @Test
  void endsWithZeroWhereEveryServerWorks() throws Exception {
    try (ScriptedServer target = ScriptedServer.answering(NOTHING)) {
      assertThat(check("--demo", "--url", url(target))).isEqualTo(ExitCode.OK);

      assertThat(out.toString().lines())
          .hasSize(2)
          .first()
          .asString()
          .startsWith("server     user            transport")
          .endsWith("verdict");
      assertThat(out.toString()).containsPattern("(?m)^demo .* tcp .* works$");
      assertThat(err.toString()).isEmpty();
    }
  }

  @Test
  void endsWithOneWhereAServerDoesNotWork() throws Exception {
    int code = check("--server", closed(), "--user", Parsed.ID, "--tag", "spare");

    assertThat(code).isEqualTo(ExitCode.FAILURE);
    assertThat(out.toString())
        .containsPattern("(?m)^spare .* refused$")
        .contains("spare, user 27848739-…-4b6b: refused, at connect")
        .contains("  what to try is the port right");
  }

  @Test
  void checksEachUserOfEachServer() throws Exception {
    String server = closed();

    check("-s", server, "-u", Parsed.ID, "-u", Parsed.OTHER_ID, "-s", server, "-u", Parsed.ID);

    assertThat(out.toString().lines().skip(1).limit(3))
        .allMatch(line -> line.startsWith(server) && line.endsWith("refused"));
  }

  @Test
  void takesLinksAndSubscriptionsAndShowsTheirQuota(@TempDir Path folder) throws Exception {
    String server = closed();
    Path file = folder.resolve("list");
    Files.writeString(
        file,
        "#subscription-userinfo: upload=0; download=1073741824; total=10737418240\n"
            + "vmess://%s@%s\n".formatted(Parsed.OTHER_ID, server));

    int code =
        check("vmess://" + Parsed.ID + "@" + server + "#home", "--subscribe", file.toString());

    assertThat(code).isEqualTo(ExitCode.FAILURE);
    assertThat(out.toString())
        .containsPattern("(?m)^home .*27848739-…-4b6b .* refused$")
        .containsPattern("(?m)^\\S+ .*b831381d-…-0811 .* refused$")
        .contains("1 of 10 GiB used")
        .doesNotContain(Parsed.ID, Parsed.OTHER_ID);
  }

  @Test
  void printsJsonAndNothingElse() throws Exception {
    try (ScriptedServer target = ScriptedServer.answering(NOTHING)) {
      assertThat(check("--demo", "--json", "--url", url(target))).isEqualTo(ExitCode.OK);
    }

    JsonObject json = JsonParser.parseString(out.toString()).getAsJsonObject();
    JsonObject server = json.getAsJsonArray("servers").get(0).getAsJsonObject();
    assertThat(server.get("tag").getAsString()).isEqualTo("demo");
    assertThat(server.getAsJsonObject("verdict").get("works").getAsBoolean()).isTrue();
    assertThat(server.getAsJsonArray("stages")).hasSize(3);
    assertThat(err.toString()).isEmpty();
  }

  @Test
  void listsWhatFailsAloneWhereItIsToBeQuiet() throws Exception {
    try (ScriptedServer target = ScriptedServer.answering(NOTHING)) {
      assertThat(check("-q", "--demo", "--url", url(target))).isEqualTo(ExitCode.OK);
    }

    assertThat(out.toString()).isEmpty();
    assertThat(check("-q", "-s", closed(), "-u", Parsed.ID)).isEqualTo(ExitCode.FAILURE);
    assertThat(out.toString()).contains("refused");
  }

  @Test
  void writesNoIdWhole() throws Exception {
    try (ScriptedServer silent = ScriptedServer.of(socket -> socket.getInputStream().read())) {
      String[] servers = {
        "-s",
        closed(),
        "-u",
        Parsed.ID,
        "--tag",
        "n " + Parsed.ID,
        "-s",
        "127.0.0.1:" + silent.port(),
        "-u",
        Parsed.OTHER_ID,
        "--handshake-timeout",
        "100ms",
      };

      assertThat(check(servers)).isEqualTo(ExitCode.FAILURE);
      assertThat(
              check(
                  Stream.concat(Stream.of(servers), Stream.of("--json", "-v"))
                      .toArray(String[]::new)))
          .isEqualTo(ExitCode.FAILURE);
    }

    for (String id : List.of(Parsed.ID, Parsed.OTHER_ID)) {
      assertThat(out + "" + err).doesNotContain(id).doesNotContain(id.replace("-", ""));
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiterString = " => ",
      quoteCharacter = '`',
      textBlock =
          """
          check => no server given (expected: a link, as in vmess://..., --server HOST:PORT --user UUID, --vnext JSON_OR_FILE, --subscribe URL_OR_FILE, or --demo to try it without one)
          check --demo --url ftp://a.example/x => --url: "ftp://a.example…" is no URL to fetch (expected: http or https, as in http://www.gstatic.com/generate_204)
          check --demo --url al:secret@a.example/x?token=y => --url: "…@a.example…" is no URL to fetch (expected: http or https, as in http://www.gstatic.com/generate_204)
          check --demo --url https://a..example/token => --url: "https://a..example…" is no URL to fetch (expected: http or https, as in http://www.gstatic.com/generate_204)
          check --demo --url a.example => --url: "a.example" is no URL to fetch (expected: http or https, as in http://www.gstatic.com/generate_204)
          check --demo --connect-timeout 0s => --connect-timeout: "0s" leaves no time (expected: more than 0, as in 4s)
          check --demo --listen a:1 => --listen: unknown option (vmess-proxy check --help lists all)
          check --demo more => "mo…": not an option (expected: --server HOST:PORT --user UUID, for one)
          --demo check => --demo: stands before check (expected: vmess-proxy check [OPTIONS])
          run check --demo => check: is not the first word (expected: vmess-proxy check [OPTIONS])
          """)
  void saysInOneLineWhatIsWrong(String line, String message) {
    int code = execute(line.split(" ", -1));

    assertThat(code).isEqualTo(ExitCode.USAGE);
    assertThat(out.toString()).isEmpty();
    assertThat(err.toString().lines())
        .containsExactly(
            message,
            "Usage: vmess-proxy check [OPTIONS] [LINK...]",
            "Try 'vmess-proxy check --help' for more information.");
  }

  @Test
  void isAmongTheOtherCommands() {
    assertThat(Parsed.output("--help"))
        .containsPattern("Other commands:\\R  check +Tries every server once");
    assertThat(Parsed.output("check", "--help")).contains("Checking:", "--url", "Examples:");
  }

  private int check(String... args) {
    return execute(Stream.concat(Stream.of("check"), Stream.of(args)).toArray(String[]::new));
  }

  private int execute(String... args) {
    CommandLine commandLine = Main.commandLine(new RunCommand(), Map.of());
    commandLine.setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
    return Main.execute(commandLine, args);
  }

  private static String url(ScriptedServer target) {
    return "http://127.0.0.1:" + target.port() + "/generate_204";
  }

  private static String closed() throws Exception {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return "127.0.0.1:" + socket.getLocalPort();
    }
  }
}
