package io.vmessproxy.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmessproxy.it.support.FrontEnd;
import io.vmessproxy.it.support.JvmView;
import io.vmessproxy.it.support.ProxyProcess;
import io.vmessproxy.it.support.ServeProcess;
import io.vmessproxy.it.support.SocksClient;
import io.vmessproxy.it.support.TcpTarget;
import io.vmessproxy.it.support.TestBytes;
import io.vmessproxy.it.support.Tunnel;
import io.vmessproxy.it.support.VmessUser;
import io.vmessproxy.it.support.Wait;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** SIGHUP: what files say now holds for new connections, and old ones do not notice. */
class ReloadIT {
  private static final int TRANSFERS = 1000;
  private static final int RELOADS = 100;
  private static final int APPLICATIONS = 16;
  private static final FrontEnd[] FRONT_ENDS = {FrontEnd.SOCKS5, FrontEnd.SOCKS4, FrontEnd.CONNECT};
  private static final Duration LIMIT = Duration.ofSeconds(10);

  @TempDir Path directory;

  @Test
  void aThousandTransfersSurviveAHundredReloads() throws Exception {
    Path file = directory.resolve("arguments");
    try (ServeProcess first = ServeProcess.of(VmessUser.AEAD);
        ServeProcess second = ServeProcess.of(VmessUser.AEAD);
        TcpTarget toFirst = TcpTarget.relay(first.port());
        TcpTarget toSecond = TcpTarget.relay(second.port());
        TcpTarget source = TcpTarget.start(ReloadIT::serve)) {
      Files.writeString(file, servers(toFirst));
      try (ProxyProcess proxy =
          ProxyProcess.start(List.of("run", "--listen", "127.0.0.1:0", "@" + file))) {
        long pid = proxy.process().pid();
        transfer(proxy.port(), source.port(), new Random(1));
        hangUp(proxy, 1);
        long threads = JvmView.threads(pid);
        AtomicInteger begun = new AtomicInteger();
        ExecutorService pool = Executors.newFixedThreadPool(APPLICATIONS);
        List<Future<?>> applications = new ArrayList<>();
        for (int i = 0; i < APPLICATIONS; i++) {
          Random random = new Random(i);
          applications.add(
              pool.submit(
                  () -> {
                    while (begun.getAndIncrement() < TRANSFERS) {
                      transfer(proxy.port(), source.port(), random);
                    }
                    return null;
                  }));
        }
        for (int i = 2; i <= RELOADS; i++) {
          Files.writeString(
              file, i % 10 == 0 ? "--server nonsense" : servers(i, toFirst, toSecond));
          hangUp(proxy, i);
        }
        for (Future<?> application : applications) {
          application.get(120, TimeUnit.SECONDS);
        }
        pool.shutdown();

        assertThat(begun.get()).isGreaterThanOrEqualTo(TRANSFERS);
        assertThat(count(proxy.log(), "nothing changed")).isEqualTo(RELOADS / 10);
        assertThat(proxy.log()).contains("--server: \"nonsense\"").doesNotContain("Exception");
        assertThat(JvmView.threads(pid)).isLessThanOrEqualTo(threads + 2);

        Files.writeString(file, servers(toSecond));
        hangUp(proxy, RELOADS + 1);
        int before = toFirst.accepted().size();
        transfer(proxy.port(), source.port(), new Random(2));
        assertThat(toFirst.accepted()).as("only the last list is in use").hasSize(before);
      }
    }
  }

  @Test
  void saysWhatNeedsARestart() throws Exception {
    Path file = Files.writeString(directory.resolve("arguments"), "--auth alice:wonderland");
    try (ServeProcess serve = ServeProcess.of(VmessUser.AEAD)) {
      List<String> arguments =
          new ArrayList<>(List.of("run", "--listen", "127.0.0.1:0", "@" + file));
      arguments.addAll(serve.options(VmessUser.AEAD, "auto"));
      try (ProxyProcess proxy = ProxyProcess.start(arguments)) {
        Files.writeString(file, "--auth alice:looking-glass --strategy failover");
        hangUp(proxy, 1);

        Wait.until(LIMIT, () -> proxy.log().contains("only from the next start on"), proxy::log);
        assertThat(proxy.log())
            .contains("--auth", "--strategy")
            .doesNotContain("looking-glass", "wonderland");
        proxy.stop();
      }
    }
  }

  @Test
  void endsWhenItsTerminalIsClosed() throws Exception {
    try (ProxyProcess proxy = ProxyProcess.inTerminal(List.of("--demo"))) {
      ProcessHandle terminal = ProcessHandle.of(proxy.process().pid()).orElseThrow();
      ProcessHandle program =
          terminal
              .descendants()
              .filter(process -> process.info().command().orElse("").endsWith("java"))
              .findFirst()
              .orElseThrow();
      new ProcessBuilder("kill", "-HUP", "" + program.pid()).start().waitFor();
      Wait.until(
          LIMIT,
          () -> proxy.process().out().contains("reloaded: the same 1 server"),
          () -> "asked in a terminal: " + proxy.process());
      assertThat(program.isAlive()).isTrue();

      terminal.destroyForcibly();

      program.onExit().get(LIMIT.toSeconds(), TimeUnit.SECONDS);
    }
  }

  @Test
  void doesNothingWhileItEnds() throws Exception {
    try (TcpTarget echo = TcpTarget.echo();
        ServeProcess serve = ServeProcess.of(VmessUser.AEAD);
        ProxyProcess proxy = ProxyProcess.inFrontOf(serve.options(VmessUser.AEAD, "auto"));
        Tunnel tunnel = SocksClient.socks5(proxy.port(), "127.0.0.1", echo.port())) {
      assertThat(answers(tunnel)).isTrue();
      proxy.process().terminate();
      Wait.until(LIMIT, () -> !accepts(proxy.port()), proxy::log);
      for (int i = 0; i < 3; i++) {
        new ProcessBuilder("kill", "-HUP", "" + proxy.process().pid()).start().waitFor();
        assertThat(answers(tunnel)).isTrue();
      }
      tunnel.socket().close();

      assertThat(proxy.process().awaitExit(LIMIT)).as(proxy::log).isZero();
      assertThat(proxy.process().out()).doesNotContain("reloaded");
    }
  }

  private static boolean answers(Tunnel tunnel) throws IOException {
    tunnel.socket().getOutputStream().write(7);
    return tunnel.socket().getInputStream().read() == 7;
  }

  private static boolean accepts(int port) {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return socket.isConnected();
    } catch (IOException e) {
      return false;
    }
  }

  private static String servers(int number, TcpTarget first, TcpTarget second) {
    return switch (number % 3) {
      case 0 -> servers(first);
      case 1 -> servers(second);
      default -> servers(first, second);
    };
  }

  private static String servers(TcpTarget... relays) {
    StringBuilder options = new StringBuilder("# The servers of today.\n");
    for (TcpTarget relay : relays) {
      options.append(
          "--server 127.0.0.1:%d%n--user %s%n"
              .formatted(relay.port(), VmessUser.AEAD.asUser("aes-128-gcm")));
    }
    return options.toString();
  }

  private static void hangUp(ProxyProcess proxy, int number) throws Exception {
    new ProcessBuilder("kill", "-HUP", "" + proxy.process().pid()).start().waitFor();
    Wait.until(
        LIMIT,
        () -> count(proxy.log(), "reloaded: ") + count(proxy.log(), "nothing changed") >= number,
        () -> "reload " + number + ": " + proxy.log());
  }

  private static int count(String log, String what) {
    return (int) log.lines().filter(line -> line.contains(what)).count();
  }

  /** As many bytes as it is asked for; many of them in steps that take their time. */
  private static void serve(java.net.Socket socket) throws IOException {
    long size = new DataInputStream(socket.getInputStream()).readLong();
    TestBytes.write(socket.getOutputStream(), size, size);
  }

  private static void transfer(int proxy, int target, Random random) throws IOException {
    long size =
        random.nextInt(8) == 0 ? 1_000_000 + random.nextInt(1_000_000) : random.nextInt(50_000);
    FrontEnd frontEnd = FRONT_ENDS[random.nextInt(FRONT_ENDS.length)];
    try (Tunnel tunnel = frontEnd.open(proxy, "127.0.0.1", target)) {
      tunnel.socket().setSoTimeout(30_000);
      new DataOutputStream(tunnel.socket().getOutputStream()).writeLong(size);
      assertThat(TestBytes.summary(tunnel.socket().getInputStream()))
          .isEqualTo(TestBytes.summary(size));
    }
  }
}
