package io.vmessproxy.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmessproxy.it.support.FaultRelay;
import io.vmessproxy.it.support.FaultRelay.Fault;
import io.vmessproxy.it.support.ProxyProcess;
import io.vmessproxy.it.support.ServeProcess;
import io.vmessproxy.it.support.SocksClient;
import io.vmessproxy.it.support.TcpTarget;
import io.vmessproxy.it.support.TestBytes;
import io.vmessproxy.it.support.Tunnel;
import io.vmessproxy.it.support.VmessUser;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A network to all servers that delays, stalls, throttles, cuts and goes dark: connections may end,
 * but no byte is wrong, and none waits for longer than its policy allows.
 */
class BadNetworkIT {
  private static final int BYTES = 300_000;
  private static final int APPLICATIONS = 8;
  private static final int SECONDS = 6;
  private static final int IDLE_SECONDS = 4;

  /** From the last byte to the end: the policy's time, and what a busy machine takes. */
  private static final int LIMIT_SECONDS = IDLE_SECONDS + 4;

  /** How a download ended. */
  private enum End {
    WHOLE,
    CUT,
    STUCK,
    CORRUPT
  }

  @ParameterizedTest
  @EnumSource(names = {"DELAY", "STALL", "THROTTLE", "CUT", "DARK"})
  void losesConnectionsAtMost(Fault fault) throws Exception {
    try (Rig rig = new Rig()) {
      assertThat(rig.download()).isEqualTo(End.WHOLE);
      rig.relays.forEach(relay -> relay.set(fault));

      List<End> ends = rig.downloads();

      assertThat(ends).doesNotContain(End.STUCK, End.CORRUPT);
      if (fault == Fault.DELAY || fault == Fault.THROTTLE || fault == Fault.STALL) {
        assertThat(ends).containsOnly(End.WHOLE);
      }
      rig.relays.forEach(relay -> relay.set(Fault.NONE));
      long start = System.nanoTime();
      while (rig.download() != End.WHOLE) {
        assertThat(System.nanoTime() - start).isLessThan(TimeUnit.SECONDS.toNanos(5));
      }
    }
  }

  @Test
  void uploadsArriveWholeOrNotAtAll() throws Exception {
    byte[] sent = bytes();
    try (Rig rig = new Rig();
        TcpTarget echo = TcpTarget.echoAfterEnd()) {
      rig.relays.forEach(relay -> relay.set(Fault.CUT));
      int whole = 0;
      for (int i = 0; i < 30; i++) {
        try (Tunnel tunnel = SocksClient.socks5(rig.proxy.port(), "127.0.0.1", echo.port())) {
          tunnel.socket().setSoTimeout((int) TimeUnit.SECONDS.toMillis(LIMIT_SECONDS));
          byte[] answer = tunnel.code() == 0 ? tunnel.exchange(sent) : new byte[0];
          assertThat(answer).isEqualTo(Arrays.copyOf(sent, answer.length));
          whole += answer.length == sent.length ? 1 : 0;
        } catch (SocketTimeoutException stuck) {
          throw new AssertionError("stuck", stuck);
        } catch (IOException cut) {
          // As it goes.
        }
      }
      assertThat(whole).isLessThan(30);
    }
  }

  private static byte[] bytes() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    TestBytes.write(bytes, BYTES, BYTES);
    return bytes.toByteArray();
  }

  /** Three servers behind relays, and the program in front of them. */
  private static final class Rig implements AutoCloseable {
    private final List<ServeProcess> serves = new ArrayList<>();
    private final List<FaultRelay> relays = new ArrayList<>();
    private final TcpTarget source = TcpTarget.source(BYTES);
    private final byte[] expected = bytes();
    private final ProxyProcess proxy;

    Rig() throws IOException {
      List<String> options = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        ServeProcess serve = ServeProcess.of(VmessUser.AEAD);
        serves.add(serve);
        FaultRelay relay = FaultRelay.before(serve.port());
        relays.add(relay);
        options.addAll(
            List.of(
                "--server",
                "127.0.0.1:" + relay.port(),
                "--user",
                VmessUser.AEAD.asUser("aes-128-gcm")));
      }
      options.addAll(List.of("--policy", "0:connIdle=%ds".formatted(IDLE_SECONDS)));
      proxy = ProxyProcess.inFrontOf(options);
    }

    /** One after the other, by several applications, for some seconds. */
    List<End> downloads() throws Exception {
      AtomicBoolean over = new AtomicBoolean();
      ExecutorService threads = Executors.newFixedThreadPool(APPLICATIONS);
      try {
        List<Future<List<End>>> all = new ArrayList<>();
        for (int i = 0; i < APPLICATIONS; i++) {
          all.add(
              threads.submit(
                  () -> {
                    List<End> ends = new ArrayList<>();
                    while (!over.get()) {
                      ends.add(download());
                    }
                    return ends;
                  }));
        }
        TimeUnit.SECONDS.sleep(SECONDS);
        over.set(true);
        List<End> ends = new ArrayList<>();
        for (Future<List<End>> one : all) {
          ends.addAll(one.get(60, TimeUnit.SECONDS));
        }
        return ends;
      } finally {
        threads.shutdownNow();
      }
    }

    End download() {
      int got = 0;
      try (Tunnel tunnel = SocksClient.socks5(proxy.port(), "127.0.0.1", source.port())) {
        tunnel.socket().setSoTimeout((int) TimeUnit.SECONDS.toMillis(LIMIT_SECONDS));
        if (tunnel.code() != 0) {
          return End.CUT;
        }
        InputStream in = tunnel.socket().getInputStream();
        byte[] some = new byte[16 * 1024];
        for (int read = in.read(some); read >= 0; read = in.read(some)) {
          if (got + read > BYTES || !Arrays.equals(some, 0, read, expected, got, got + read)) {
            return End.CORRUPT;
          }
          got += read;
        }
        // A FIN says that this was all.
        return got == BYTES ? End.WHOLE : End.CUT;
      } catch (SocketTimeoutException e) {
        return End.STUCK;
      } catch (IOException e) {
        return End.CUT;
      }
    }

    @Override
    public void close() {
      proxy.close();
      relays.forEach(FaultRelay::close);
      serves.forEach(ServeProcess::close);
      source.close();
    }
  }
}
