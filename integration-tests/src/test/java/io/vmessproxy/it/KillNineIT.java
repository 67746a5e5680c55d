package io.vmessproxy.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmessproxy.it.support.Ports;
import io.vmessproxy.it.support.ProxyProcess;
import io.vmessproxy.it.support.ServeProcess;
import io.vmessproxy.it.support.SteadyLoad;
import io.vmessproxy.it.support.SteadyLoad.Kind;
import io.vmessproxy.it.support.SteadyLoad.Outcome;
import io.vmessproxy.it.support.TcpTarget;
import io.vmessproxy.it.support.VmessUser;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Servers that are killed under load, one after the other, and come back. */
class KillNineIT {
  private static final int KILLS = Integer.getInteger("it.kills", 20);
  private static final int RATE = 100;

  @Test
  void noRequestFailsWhenServersAreKilled() throws Exception {
    List<Integer> ports = List.of(Ports.free(), Ports.free(), Ports.free());
    List<ServeProcess> serves = new ArrayList<>();
    List<String> options = new ArrayList<>();
    Random random = new Random(20_261_126);
    try (TcpTarget target = SteadyLoad.target()) {
      for (int port : ports) {
        serves.add(serve(port));
        options.addAll(serves.get(serves.size() - 1).options(VmessUser.AEAD, "aes-128-gcm"));
      }
      try (ProxyProcess proxy = ProxyProcess.inFrontOf(options);
          SteadyLoad load = new SteadyLoad(proxy.port(), target.port(), Kind.values())) {
        load.start(RATE);
        TimeUnit.SECONDS.sleep(3);
        for (int i = 0; i < KILLS; i++) {
          int which = i % serves.size();
          serves.get(which).kill();
          TimeUnit.MILLISECONDS.sleep(200 + random.nextInt(1000));
          serves.set(which, serve(ports.get(which)));
          TimeUnit.MILLISECONDS.sleep(1500 + random.nextInt(500));
        }
        List<Outcome> outcomes = load.finish();

        assertThat(outcomes).hasSizeGreaterThan(KILLS * RATE);
        assertThat(outcomes.stream().filter(one -> !one.ok())).isEmpty();
        assertThat(proxy.log()).contains("takes no new connections for now").contains(": back");
      }
    } finally {
      serves.forEach(ServeProcess::close);
    }
  }

  private static ServeProcess serve(int port) {
    return ServeProcess.start(
        List.of("--inbound", "127.0.0.1:" + port, "--client", VmessUser.AEAD.asClient()));
  }
}
