package io.vmessproxy.client.check;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpsServer;
import io.vmessproxy.client.check.Report.Stage;
import io.vmessproxy.client.fetch.ScriptedServer;
import io.vmessproxy.client.fetch.TestAuthority;
import io.vmessproxy.client.selection.Endpoint;
import io.vmessproxy.client.selection.Server;
import io.vmessproxy.client.selection.UdpMode;
import io.vmessproxy.client.session.Failure;
import io.vmessproxy.client.transport.StreamSettings;
import io.vmessproxy.common.vmess.account.Account;
import java.net.URI;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a check says of the way from the server to the target, and of what comes back. */
final class TargetCheckTest extends ServerCheckBench {
  @Test
  void goesToTheTargetInTheWayThatRunDoes() throws Exception {
    ScriptedServer target = target("HTTP/1.1 204 No Content\r\n\r\n");
    Account account = account(known, 0);
    Server server =
        new Server(
            "here", loopback(vmess()), List.of(account), 8, UdpMode.PLAIN, StreamSettings.PLAIN);

    Report report = check(new Endpoint(server, account), settings(url(target, "/generate_204"), 0));

    assertThat(report.verdict()).isEqualTo(Verdict.WORKS);
  }

  @Test
  void saysThatTheServerDoesNotReachTheTarget() throws Exception {
    URI url = URI.create("http://127.0.0.1:" + closedPort() + "/generate_204");

    Report report = check(loopback(vmess()), known, url);

    assertFails(report, Failure.TARGET, "target", "127.0.0.1: closed without an answer");
    assertThat(report.verdict().action()).contains("--url");
    assertThat(report.stages()).extracting(Stage::name).containsExactly("connect", "vmess");
  }

  @Test
  void saysThatTheServerDoesNotKnowTheTargetsName() throws Exception {
    URI url = URI.create("http://no-such-host.invalid/");

    assertFails(
        check(loopback(vmess()), known, url),
        Failure.TARGET,
        "target",
        "no-such-host.invalid: closed without an answer");
  }

  @Test
  void saysThatTheTargetIsSilent() throws Exception {
    ScriptedServer silent = scripted(socket -> socket.getInputStream().readAllBytes());

    Report report = check(loopback(vmess()), known, url(silent, "/generate_204"));

    assertFails(report, Failure.TARGET, "target");
    assertThat(report.verdict().evidence()).startsWith("127.0.0.1: no complete answer within 2");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "/a | SSH-2.0-OpenSSH~~ | 127.0.0.1: its answer is not HTTP",
        "/a | HTTP/1.1 502 Bad Gateway~~ | 127.0.0.1:PORT: answered 502",
      })
  void saysThatTheTargetsAnswerIsNone(String path, String answer, String evidence)
      throws Exception {
    ScriptedServer target = target(answer.replace("~", "\r\n"));

    assertFails(
        check(loopback(vmess()), known, url(target, path)),
        Failure.TARGET,
        "target",
        evidence.replace("PORT", String.valueOf(target.port())));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "HTTP/1.1 200 OK~Content-Type: text/html~~<html><TITLE lang=en> Your  plan~ended</title>"
            + " | answered 200, not 204: \"Your plan ended\", from 127.0.0.1:PORT",
        "HTTP/1.1 200 OK~~ | answered 200, not 204, from 127.0.0.1:PORT",
        "HTTP/1.1 403 Forbidden~~ | answered 403, not 204, from 127.0.0.1:PORT",
        "HTTP/1.1 302 Found~Location: ftp://x/~~ | answered 302, not 204, from 127.0.0.1:PORT",
      })
  void saysThatAPageComesInsteadOfTheAnswer(String answer, String evidence) throws Exception {
    ScriptedServer target = target(answer.replace("~", "\r\n"));

    Report report = check(loopback(vmess()), known, url(target, "/generate_204"));

    assertFails(
        report,
        Failure.QUOTA_PAGE,
        "target",
        evidence.replace("PORT", String.valueOf(target.port())));
  }

  @Test
  void namesThePageThatARedirectLeadsTo() throws Exception {
    ScriptedServer pay = target("HTTP/1.1 200 OK\r\n\r\n<title>Renew</title>");
    ScriptedServer target =
        target("HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:" + pay.port() + "/?id=1\r\n\r\n");

    assertFails(
        check(loopback(vmess()), known, url(target, "/generate_204")),
        Failure.QUOTA_PAGE,
        "target",
        "answered 302, not 204: \"Renew\", from 127.0.0.1:" + pay.port());
  }

  @Test
  void saysThatTheTargetsTlsIsWrongAndNotTheServers() throws Exception {
    HttpsServer target = new TestAuthority().server(Map.of("/", ""));
    running.add(() -> target.stop(0));
    URI url = URI.create("https://localhost:" + target.getAddress().getPort() + "/");

    Report report = check(loopback(vmess()), known, url);

    assertFails(report, Failure.TARGET, "target");
    assertThat(report.verdict().evidence()).startsWith("its TLS, through the server: ");
  }

  @Test
  void saysThatTheTargetClosesWhereTlsShouldBegin() throws Exception {
    URI url = URI.create("https://127.0.0.1:" + closedPort() + "/");

    assertFails(check(loopback(vmess()), known, url), Failure.TARGET, "target");
  }

  @ParameterizedTest
  @CsvSource({"200 OK", "302 Found", "404 Not Found"})
  void takesEveryAnswerOfAnotherUrl(String status) throws Exception {
    ScriptedServer target = target("HTTP/1.1 " + status + "\r\n\r\n" + "x".repeat(200_000));

    assertThat(check(loopback(vmess()), known, url(target, "/file")).verdict())
        .isEqualTo(Verdict.WORKS);
  }
}
