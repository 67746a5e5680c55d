package io.vmessproxy.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmessproxy.it.support.Curl;
import io.vmessproxy.it.support.FrontEnd;
import io.vmessproxy.it.support.HttpTarget;
import io.vmessproxy.it.support.ManagedProcess;
import io.vmessproxy.it.support.Peer;
import io.vmessproxy.it.support.Provider;
import io.vmessproxy.it.support.ProxyProcess;
import io.vmessproxy.it.support.ProxyProcess.Ended;
import io.vmessproxy.it.support.ServeProcess;
import io.vmessproxy.it.support.VmessUser;
import io.vmessproxy.it.support.Wait;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the program writes when it tells everything, {@code -v -v}, holds no secret whole. */
class LeakageIT {
  private static final Duration LIMIT = Duration.ofSeconds(20);
  private static final String UNKNOWN = "b831381d-6324-4d53-ad4f-8cda48b30811";
  private static final String PASSWORD = "verysecretpassword";
  private static final String PATH = "/verysecretpath";

  @TempDir Path directory;

  @Test
  void aRunThatWorksAndFailsShowsNoSecret() throws IOException {
    try (HttpTarget web = HttpTarget.start();
        ServeProcess serve = ServeProcess.of(VmessUser.AEAD);
        Provider provider = Provider.of(Provider.link(Provider.TOKEN, serve.port()));
        ProxyProcess proxy = start(provider, serve)) {
      String url = web.url("127.0.0.1", "/bytes?n=1000");
      Curl curl = new Curl(directory);
      curl.get(FrontEnd.SOCKS5H, proxy.port(), url);
      Wait.until(LIMIT, () -> proxy.log().contains(": 1 server"), proxy::log);
      curl.get(FrontEnd.HTTP, proxy.port(), url);
      provider.answer("<html><title>" + Provider.TOKEN + "</title>");
      Wait.until(LIMIT, () -> proxy.log().contains("HTML_PAGE"), proxy::log);
      provider.answer("\0");
      Wait.until(LIMIT, () -> proxy.log().contains("UNKNOWN_FORMAT"), proxy::log);
      proxy.stop();

      assertThat(proxy.log()).contains(" DEBUG ", " INFO ");
      shows(proxy.process().out() + proxy.log());
    }
  }

  @Test
  void aCheckOfEveryKindOfServerShowsNoSecret() {
    try (ServeProcess serve = ServeProcess.of(VmessUser.AEAD);
        Provider provider = Provider.of(Provider.link(Provider.TOKEN, serve.port()))) {
      String address = "127.0.0.1:" + serve.port();
      for (String more : List.of("-q", "-vv", "--json")) {
        Ended ended =
            ProxyProcess.run(
                "check",
                more,
                "--cache-dir=" + directory,
                "--subscribe",
                provider.url(),
                "vmess://" + UNKNOWN + "@" + address + "#" + UNKNOWN,
                "vmess://" + Peer.USER + "@" + address + "?type=ws&path=" + PATH,
                "vmess://" + Peer.USER + "@" + address + "?type=grpc&serviceName=" + PASSWORD,
                "vmess://" + Peer.USER + "@" + address + "?type=ws&security=tls&path=" + PATH,
                "vmess://" + Peer.USER + "@127.0.0.1:9?type=h2&path=" + PATH);

        assertThat(ended.exit()).as(ended.err()).isEqualTo(1);
        shows(ended.out() + ended.err());
      }
    }
  }

  @Test
  void aCheckEndsAtOnceWhileItsSubscriptionIsFetched() throws IOException {
    try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        ManagedProcess check =
            ProxyProcess.launch(
                List.of(
                    "check",
                    "-v",
                    "--cache-dir=" + directory,
                    "--subscribe",
                    "http://127.0.0.1:" + silent.getLocalPort() + PATH))) {
      Wait.until(LIMIT, () -> check.err().contains("fetching directly"), check::err);
      check.terminate();

      // The provider would have 15 s.
      assertThat(check.awaitExit(Duration.ofSeconds(5))).isEqualTo(1);
      shows(check.out() + check.err());
    }
  }

  private ProxyProcess start(Provider provider, ServeProcess serve) {
    return ProxyProcess.inFrontOf(
        List.of(
            "-v",
            "-v",
            "--cache-dir=" + directory.resolve("cache"),
            "--subscribe-interval=1s",
            "--subscribe",
            provider.url(),
            "--server=" + serve.address(),
            "--user=" + Peer.USER,
            "--server=127.0.0.1:9",
            "--user=" + UNKNOWN,
            "--transport=ws",
            "--path=" + PATH));
  }

  private static void shows(String all) {
    for (String secret :
        List.of(Peer.USER, UNKNOWN, Provider.TOKEN, PASSWORD, PATH, PATH.substring(1))) {
      assertThat(all)
          .doesNotContainIgnoringCase(secret)
          .doesNotContainIgnoringCase(secret.replace("-", ""));
    }
    assertThat(all.lines()).noneMatch(line -> line.startsWith("\tat "));
  }
}
