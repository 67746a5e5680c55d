package io.vmessproxy.client.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.vmessproxy.client.check.Report.Stage;
import io.vmessproxy.client.fetch.ScriptedServer;
import io.vmessproxy.client.session.Failure;
import io.vmessproxy.common.net.Address;
import io.vmessproxy.common.net.Destination;
import io.vmessproxy.common.vmess.account.UserId;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A verdict for each fault that can be made without TLS, with the timeouts that users have. */
final class ServerCheckTest extends ServerCheckBench {
  @Test
  void saysThatAServerWorksAndHowLongEachStageTook() throws Exception {
    ScriptedServer target = target("HTTP/1.1 204 No Content\r\n\r\n");
    Destination server = new Destination(Address.of("localhost"), vmess());

    Report report = check(server, known, url(target, "/generate_204"));

    assertThat(report.verdict()).isEqualTo(Verdict.WORKS);
    assertThat(report.stages())
        .extracting(Stage::name)
        .containsExactly("resolve", "connect", "vmess", "target");
    assertThat(report.stages())
        .extracting(Stage::time)
        .allMatch(time -> !time.isNegative() && time.compareTo(BOUND) < 0);
    assertThat(report.addresses()).contains("127.0.0.1");
    assertThat(target.heads().get(0)).startsWith("GET /generate_204 HTTP/1.1");
  }

  @Test
  void saysThatAPortIsClosed() throws Exception {
    Report report = check(loopback(closedPort()), known, CheckSettings.USUAL_URL);

    assertFails(report, Failure.REFUSED, "connect", "refused");
    assertThat(report.stages()).isEmpty();
    assertThat(report.addresses()).containsExactly("127.0.0.1");
  }

  @Test
  void saysThatANameDoesNotResolve() {
    Destination server = new Destination(Address.of("no-such-host.invalid"), 443);

    Report report = check(server, known, CheckSettings.USUAL_URL);

    assertThat(report.verdict().failure()).isEqualTo(Failure.UNRESOLVED);
    assertThat(report.verdict().stage()).isEqualTo("resolve");
    assertThat(report.addresses()).isEmpty();
  }

  @Test
  void saysThatAServerIsSilentToAnIdThatItDoesNotKnow() throws Exception {
    Report report = check(loopback(vmess()), UserId.random(random), CheckSettings.USUAL_URL);

    assertFails(report, Failure.UNKNOWN_USER, "vmess");
    assertThat(report.stages()).extracting(Stage::name).containsExactly("connect");
  }

  @Test
  void saysThatAServerIsSilentToEverybody() throws Exception {
    ScriptedServer silent = scripted(socket -> socket.getInputStream().readAllBytes());

    assertFails(
        check(loopback(silent.port()), known, CheckSettings.USUAL_URL),
        Failure.UNKNOWN_USER,
        "vmess");
  }

  @Test
  void saysThatAServerHangsUpAtOnce() throws Exception {
    ScriptedServer closing = scripted(socket -> socket.close());

    assertFails(
        check(loopback(closing.port()), known, CheckSettings.USUAL_URL), Failure.RESET, "connect");
  }

  @Test
  void saysThatAServerResetsTheConnection() throws Exception {
    ScriptedServer resetting =
        scripted(
            socket -> {
              socket.getInputStream().read();
              socket.setSoLinger(true, 0);
              socket.close();
            });

    assertFails(
        check(loopback(resetting.port()), known, CheckSettings.USUAL_URL),
        Failure.REJECTED,
        "vmess");
  }

  @Test
  void saysThatAWebServerIsNoVmessServer() throws Exception {
    ScriptedServer web =
        scripted(
            socket -> {
              socket.getInputStream().read();
              socket
                  .getOutputStream()
                  .write("HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
              socket.close();
            });

    Report report = check(loopback(web.port()), known, CheckSettings.USUAL_URL);

    assertFails(report, Failure.HTTP_STATUS, "vmess");
    assertThat(report.verdict().evidence()).contains("400");
  }

  @ParameterizedTest
  @CsvSource({"282, 282 s ahead of yours", "-3600, 3600 s behind yours"})
  void saysThatTheServersClockIsOff(int ahead, String evidence) throws Exception {
    URI url = CheckSettings.USUAL_URL;

    Report report = check(loopback(vmess(ahead)), account(known, 0), settings(url, 0));

    assertFails(report, Failure.CLOCK, "vmess");
    int measured = Integer.parseInt(report.verdict().evidence().replaceAll("\\D+", ""));
    assertThat(measured).isCloseTo(Math.abs(ahead), within(30));
    assertThat(report.verdict().evidence()).contains(evidence.substring(evidence.indexOf(" s ")));
    assertThat(report.verdict().action()).contains("--clock-offset");
  }

  @Test
  void takesTheClockOffsetThatItIsGiven() throws Exception {
    ScriptedServer target = target("HTTP/1.1 204 No Content\r\n\r\n");

    Report report =
        check(loopback(vmess(282)), account(known, 0), settings(url(target, "/generate_204"), 282));

    assertThat(report.verdict()).isEqualTo(Verdict.WORKS);
    assertThat(report.clock().orElseThrow().toSeconds()).isCloseTo(282, within(30L));
  }

  @Test
  void measuresTheClockOfAServerThatWorks() throws Exception {
    ScriptedServer target = target("HTTP/1.1 204 No Content\r\n\r\n");

    Report report =
        check(loopback(vmess(60)), account(known, 0), settings(url(target, "/generate_204"), 0));

    assertThat(report.verdict()).isEqualTo(Verdict.WORKS);
    assertThat(report.clock().orElseThrow().toSeconds()).isCloseTo(60, within(30L));
  }

  @Test
  void saysThatTheServerTakesTheOtherFormOfHeader() throws Exception {
    Report report =
        check(loopback(vmess()), account(known, 16), settings(CheckSettings.USUAL_URL, 0));

    assertFails(report, Failure.HEADER_FORM, "vmess");
    assertThat(report.verdict().action()).contains("alterId=0");
  }

  @Test
  void saysThatAServerIsSilentToTls() throws Exception {
    ScriptedServer silent = scripted(socket -> socket.getInputStream().readAllBytes());

    Report report = check(tls(silent.port()), settings(CheckSettings.USUAL_URL, 0));

    assertFails(report, Failure.TIMED_OUT, "tls");
    assertThat(report.stages()).extracting(Stage::name).containsExactly("connect");
  }

  @Test
  void saysThatAServerSpeaksNoTls() throws Exception {
    ScriptedServer greeting =
        scripted(
            socket -> {
              socket.getOutputStream().write("SSH-2.0-X\r\n".getBytes(StandardCharsets.US_ASCII));
              socket.getInputStream().readAllBytes();
            });

    assertFails(
        check(tls(greeting.port()), settings(CheckSettings.USUAL_URL, 0)),
        Failure.TLS_TO_PLAIN,
        "tls");
  }

  @Test
  void saysThatAServerExpectsTls() throws Exception {
    byte[] alert = {0x15, 3, 3, 0, 2, 2, 70};
    ScriptedServer server =
        scripted(
            socket -> {
              socket.getInputStream().read();
              socket.getOutputStream().write(alert);
              socket.getInputStream().readAllBytes();
            });

    assertFails(
        check(loopback(server.port()), known, CheckSettings.USUAL_URL),
        Failure.PLAIN_TO_TLS,
        "vmess");
  }

  @Test
  void timesTheTransportAsAStageOfItsOwn() throws Exception {
    ScriptedServer target = target("HTTP/1.1 204 No Content\r\n\r\n");

    Report report =
        check(over(ws("/ray"), vmess(0, ws("/ray"))), settings(url(target, "/generate_204"), 0));

    assertThat(report.verdict()).isEqualTo(Verdict.WORKS);
    assertThat(report.stages())
        .extracting(Stage::name)
        .containsExactly("connect", "ws", "vmess", "target");
  }

  @Test
  void saysThatThePathIsWrong() throws Exception {
    ScriptedServer web = target("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n");

    Report report = check(over(ws("/ray"), web.port()), settings(CheckSettings.USUAL_URL, 0));

    assertFails(report, Failure.WRONG_PATH, "ws");
    assertThat(report.stages()).extracting(Stage::name).containsExactly("connect");
  }

  @Test
  void saysThatAServerIsSilentToAnUpgrade() throws Exception {
    ScriptedServer silent = scripted(socket -> socket.getInputStream().readAllBytes());

    assertFails(
        check(over(ws("/ray"), silent.port()), settings(CheckSettings.USUAL_URL, 0)),
        Failure.TIMED_OUT,
        "ws");
  }
}
