package io.vmessproxy.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmessproxy.it.support.ConnectClient;
import io.vmessproxy.it.support.Curl;
import io.vmessproxy.it.support.FrontEnd;
import io.vmessproxy.it.support.HttpTarget;
import io.vmessproxy.it.support.LocalBinaryPeer;
import io.vmessproxy.it.support.Peer;
import io.vmessproxy.it.support.ProxyProcess;
import io.vmessproxy.it.support.ProxyProcess.Ended;
import io.vmessproxy.it.support.Requires;
import io.vmessproxy.it.support.SocksClient;
import io.vmessproxy.it.support.TcpTarget;
import io.vmessproxy.it.support.Tool;
import io.vmessproxy.it.support.Tunnel;
import io.vmessproxy.it.support.Wait;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What scripts and users may rely on: lines, exit codes, messages. */
class CommandLineIT {
  private static final String GOOD_SERVER = "--server 127.0.0.1:9 --user " + Peer.USER;

  @TempDir Path directory;

  /** Each mistake: exit 2, and a first line that quotes it. */
  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          run --lisen 127.0.0.1:0 --demo                         | --lisen         | --listen
          run --demo --listen 127.0.0.1                          | --listen        | 127.0.0.1
          run --demo --listen 127.0.0.1:70000                    | --listen        | 70000
          run --demo --listen ftp://127.0.0.1:0                  | --listen        | ftp
          run --demo --listen 0.0.0.0:0                          | 0.0.0.0         | --auth
          run --demo --listen [::]:0                             | --listen        | --auth
          run --server 127.0.0.1:9 --user 27848739-7e62-4138-9fd3-098a63964b6 | --user | 27848739…
          run --listen 127.0.0.1:0 --server 127.0.0.1:9          | --server        | --user
          run --server nowhere --user 27848739-7e62-4138-9fd3-098a63964b6b | --server | nowhere
          run --demo --listen 127.0.0.1:0 --connect-timeout soon | --connect-timeout | soon
          """)
  void quotesTheMistake(String commandLine, String first, String second) {
    Ended ended = run(commandLine);

    assertThat(ended.exit()).as(ended.err()).isEqualTo(2);
    assertThat(ended.out()).isEmpty();
    assertThat(ended.firstError()).contains(first);
    assertThat(ended.err()).contains(second).doesNotContain("Exception");
    // The message and a hint, not the whole help.
    assertThat(ended.err().lines()).hasSizeBetween(1, 5);
  }

  @Test
  void quotesAUserWithoutShowingTheWholeId() {
    Ended ended =
        run(
            "run --listen 127.0.0.1:0 --server 127.0.0.1:9 --user "
                + Peer.USER
                + ",security=rot13");

    assertThat(ended.exit()).isEqualTo(2);
    assertThat(ended.firstError()).contains("--user").contains("rot13");
    assertThat(ended.out() + ended.err()).doesNotContain(Peer.USER);
  }

  @Test
  void showsTheThreeWaysToNameAServer() {
    Ended ended = run("run --listen 127.0.0.1:0");

    assertThat(ended.exit()).isEqualTo(2);
    assertThat(ended.err()).contains("--server", "--vnext", "--demo");
  }

  @Test
  void namesThePlaceInJsonThatIsWrong() {
    String json = "{\"vnext\":[{\"address\":\"a.test\",\"port\":\"x\",\"users\":[]}]}";

    Ended ended = ProxyProcess.run("run", "--listen", "127.0.0.1:0", "--vnext", json);

    assertThat(ended.exit()).isEqualTo(2);
    assertThat(ended.firstError()).contains("--vnext").contains("vnext[0].port");
  }

  @Test
  void namesTheAddressThatIsInUse() throws IOException {
    try (TcpTarget taken = TcpTarget.silent()) {
      String address = "127.0.0.1:" + taken.port();

      Ended ended = run("run --listen " + address + " " + GOOD_SERVER);

      assertThat(ended.exit()).as(ended.err()).isEqualTo(1);
      assertThat(ended.out()).isEmpty();
      assertThat(ended.err()).contains(address).contains("in use").contains("--listen");
    }
  }

  @Test
  void refusesASecondStartOnTheSamePort() {
    try (ProxyProcess first = ProxyProcess.inFrontOf(List.of("--demo"))) {
      Ended second = run("run --demo --listen 127.0.0.1:" + first.port());

      assertThat(second.exit()).isEqualTo(1);
      assertThat(first.process().alive()).isTrue();
    }
  }

  @Test
  void printsItsVersion() {
    Ended ended = run("--version");

    assertThat(ended.exit()).isZero();
    assertThat(ended.out()).containsPattern("vmess-proxy.* [0-9]+\\.[0-9]+");
  }

  @Test
  void printsItsHelp() {
    Ended ended = run("run --help");

    assertThat(ended.exit()).isZero();
    assertThat(ended.out()).contains("--listen", "--server", "--user", "--demo");
    assertThat(ended.err()).isEmpty();
  }

  @Test
  void printsALineForEachListener() throws IOException {
    List<String> arguments = split("run --demo --listen 127.0.0.1:0 --listen [::1]:0");
    arguments.addAll(split("--listen socks://127.0.0.1:0 --listen http://127.0.0.1:0"));

    try (ProxyProcess proxy = ProxyProcess.start(arguments);
        TcpTarget echo = TcpTarget.echo()) {
      assertThat(proxy.process().out().lines())
          .containsExactly(
              "listening mixed 127.0.0.1:" + proxy.port(0),
              "listening mixed [::1]:" + proxy.port(1),
              "listening socks 127.0.0.1:" + proxy.port(2),
              "listening http 127.0.0.1:" + proxy.port(3));
      SocksClient.socks5(proxy.port(2), "127.0.0.1", echo.port()).close();
      ConnectClient.connect(proxy.port(3), "127.0.0.1", echo.port()).close();
      new Socket(InetAddress.getAllByName("::1")[0], proxy.port(1)).close();
    }
  }

  @Test
  void drainsAndEndsWithCodeZeroWhenAsked() throws IOException {
    try (TcpTarget echo = TcpTarget.echo();
        ProxyProcess proxy = ProxyProcess.start(split("run --listen 127.0.0.1:0 --demo"));
        Tunnel open = SocksClient.socks5(proxy.port(), "127.0.0.1", echo.port())) {
      open.socket().getOutputStream().write('a');
      assertThat(open.socket().getInputStream().read()).isEqualTo('a');

      proxy.process().terminate();
      open.socket().getOutputStream().write('b');
      assertThat(open.socket().getInputStream().read()).as("still draining").isEqualTo('b');
      open.socket().close();

      assertThat(proxy.process().awaitExit(Duration.ofSeconds(2))).as(proxy.log()).isZero();
    }
  }

  @Test
  void cutsWhatIsStillOpenAfterTheDrain() throws IOException {
    try (TcpTarget echo = TcpTarget.echo();
        ProxyProcess proxy =
            ProxyProcess.start(split("run --listen 127.0.0.1:0 --demo --drain 100ms"));
        Tunnel open = SocksClient.socks5(proxy.port(), "127.0.0.1", echo.port())) {
      assertThat(open.code()).isZero();

      proxy.stop();
    }
  }

  @Test
  void endsAtOnceAtTheSecondSignal() throws IOException {
    try (TcpTarget echo = TcpTarget.echo();
        ProxyProcess proxy =
            ProxyProcess.start(split("run --listen 127.0.0.1:0 --demo --drain 60s"));
        Tunnel open = SocksClient.socks5(proxy.port(), "127.0.0.1", echo.port())) {
      open.socket().getOutputStream().write('a');
      assertThat(open.socket().getInputStream().read()).isEqualTo('a');

      proxy.process().terminate();
      assertThat(Wait.becomes(Duration.ofSeconds(1), () -> !proxy.process().alive())).isFalse();
      proxy.process().terminate();

      assertThat(proxy.process().awaitExit(Duration.ofSeconds(5))).isEqualTo(128 + 15);
    }
  }

  @Test
  void keepsIdsAndPasswordsOutOfItsLog() throws IOException {
    List<String> arguments =
        split("run -v -v --listen 127.0.0.1:0 --auth me:sesame " + GOOD_SERVER);
    try (ProxyProcess proxy = ProxyProcess.start(arguments)) {
      Curl.Answer answer =
          new Curl(directory)
              .get(FrontEnd.HTTP, proxy.port(), "http://target.test/", "--proxy-user", "me:sesame");

      assertThat(answer.status()).isEqualTo(502);
      assertThat(proxy.log()).doesNotContain(Peer.USER).doesNotContain("sesame");
    }
  }

  @Test
  @Requires(Tool.V2RAY)
  void usesTwoServersInTurn() throws IOException {
    try (LocalBinaryPeer one = LocalBinaryPeer.start();
        LocalBinaryPeer two = LocalBinaryPeer.start();
        HttpTarget target = HttpTarget.start()) {
      List<String> arguments = split("run --listen 127.0.0.1:0");
      arguments.addAll(one.options("auto"));
      arguments.addAll(two.options("auto"));
      try (ProxyProcess proxy = ProxyProcess.start(arguments)) {
        Curl curl = new Curl(directory);
        for (int i = 1; i <= 6; i++) {
          curl.get(FrontEnd.SOCKS5H, proxy.port(), target.url(Peer.NAME, "/bytes?n=10"));
          assertThat(List.of(one.accepted(), two.accepted()))
              .containsExactlyInAnyOrder((long) i / 2, (long) (i + 1) / 2);
        }
      }
    }
  }

  private static Ended run(String commandLine) {
    return ProxyProcess.run(split(commandLine).toArray(String[]::new));
  }

  private static List<String> split(String commandLine) {
    return new ArrayList<>(List.of(commandLine.strip().split(" +", -1)));
  }
}
