package io.vmessproxy.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmessproxy.it.support.Browser;
import io.vmessproxy.it.support.HttpTarget;
import io.vmessproxy.it.support.LocalBinaryPeer;
import io.vmessproxy.it.support.Peer;
import io.vmessproxy.it.support.ProxyProcess;
import io.vmessproxy.it.support.Requires;
import io.vmessproxy.it.support.Tool;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Chromium as the application: many connections at once, names left to the proxy, a form. */
@Requires({Tool.V2RAY, Tool.CHROMIUM, Tool.CHROMEDRIVER})
class BrowserIT {
  @TempDir Path profile;
  private HttpTarget target;
  private Peer peer;
  private ProxyProcess proxy;

  @BeforeEach
  void start() {
    target = HttpTarget.start();
    peer = LocalBinaryPeer.start();
    proxy = ProxyProcess.inFrontOf(peer.options("auto"));
  }

  @AfterEach
  void stop() {
    if (proxy != null) {
      proxy.close();
    }
    if (peer != null) {
      peer.close();
    }
    target.close();
  }

  @ParameterizedTest(name = "{0}")
  @ValueSource(strings = {"socks5", "http"})
  void showsAPageWithThirtyResourcesAndPostsItsForm(String scheme) {
    try (Browser browser = Browser.start(scheme + "://127.0.0.1:" + proxy.port(), profile)) {
      browser.open(target.url(Peer.NAME, "/site/"));
      browser.awaitTitle("loaded 30 of 30");
      browser.screenshot("browser-" + scheme);

      browser.type("word", "tunnel");
      browser.click("send");
      browser.awaitTitle("posted");

      assertThat(browser.text("answer")).isEqualTo("POST word=tunnel");
      assertThat(target.requests()).isEqualTo(1 + 30 + 1);
    }
  }
}
