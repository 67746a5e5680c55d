package io.vmessproxy.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmessproxy.it.support.ProxyProcess;
import io.vmessproxy.it.support.ServeProcess;
import io.vmessproxy.it.support.SocksClient;
import io.vmessproxy.it.support.TcpTarget;
import io.vmessproxy.it.support.TestBytes;
import io.vmessproxy.it.support.Tunnel;
import io.vmessproxy.it.support.VmessUser;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Hundreds of applications that ask for much and do not read it cost others nothing. */
class SlowReadersIT {
  private static final int READERS = 600;
  private static final int BYTES = 3_000_000;

  @Test
  void othersAreServedAndNobodyLosesAByte() throws Exception {
    try (TcpTarget source = TcpTarget.source(BYTES);
        ServeProcess serve = ServeProcess.of(VmessUser.AEAD);
        ProxyProcess proxy = ProxyProcess.inFrontOf(serve.options(VmessUser.AEAD, "aes-128-gcm"))) {
      List<Tunnel> slow = new ArrayList<>();
      try {
        for (int i = 0; i < READERS; i++) {
          Tunnel tunnel = SocksClient.socks5(proxy.port(), "127.0.0.1", source.port());
          assertThat(tunnel.code()).isZero();
          slow.add(tunnel);
        }
        TimeUnit.SECONDS.sleep(3); // All buffers that may fill have filled.

        for (int i = 0; i < 5; i++) {
          download(SocksClient.socks5(proxy.port(), "127.0.0.1", source.port()));
        }
        for (Tunnel tunnel : slow) {
          download(tunnel);
        }
        assertThat(proxy.log()).doesNotContain("OutOfMemory", "OutOfDirectMemory");
        assertThat(serve.log()).doesNotContain("OutOfMemory", "OutOfDirectMemory");
      } finally {
        for (Tunnel tunnel : slow) {
          tunnel.close();
        }
      }
    }
  }

  private static void download(Tunnel tunnel) throws Exception {
    try (tunnel) {
      tunnel.socket().setSoTimeout(20_000);
      assertThat(TestBytes.summary(tunnel.socket().getInputStream()))
          .isEqualTo(TestBytes.summary(BYTES));
    }
  }
}
